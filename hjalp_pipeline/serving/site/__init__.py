"""The tables that are out as static pages (``hjalp site``), with their files: read without a server and without JavaScript.

``site_views`` says which pages a table has, ``table_page`` and ``statistic_page`` write them, ``site_files`` puts a whole site
in the place of the one before it. Everything comes from ``published_shelf`` and from public files of releases that are out.
"""
