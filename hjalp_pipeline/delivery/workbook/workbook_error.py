"""What can be wrong with a workbook."""


class WorkbookError(Exception):
    """A file that is no workbook, is broken, or would exhaust the machine. The message is Danish and quotes nothing of it."""


def damaged() -> WorkbookError:
    """The file contradicts itself or ends too early."""
    return WorkbookError("Filen er beskadiget.")
