"""What is served to browsers: one process, one address, one guard before everything.

``app.py`` puts the pieces together: whatever else is to be served on the address is mounted there, behind the same guard.
``guard.py`` and ``address.py`` decide who is answered and know nothing of what is served; ``dagster_door.py`` decides what of
Dagster's web server is reachable; ``server.py`` starts and stops the processes.
"""
