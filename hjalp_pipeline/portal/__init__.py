"""The web dialogue with the kommuner (``hjalp portal``): another door to the same inbox, with a login.

``screens/`` holds a file for each page: its addresses, its forms, and what it may read. Everything else here is what the pages
share: who somebody is (``login``, ``sessions``), what they may see (``rights``), what is kept (``portal_db``, ``act_log``), how
a file is taken in (``upload_stream``, ``checks``, ``handing_in``). The lake, the registers and microdata are never opened.
"""
