"""One file a page: its addresses, its forms, who may use them, and what it reads."""
