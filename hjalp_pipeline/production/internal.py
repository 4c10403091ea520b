"""What cannot be, found all the same: a fault of the program itself."""


class InternalError(Exception):
    """A fault of the program. The message is its own and holds no value of a record and no figure."""
