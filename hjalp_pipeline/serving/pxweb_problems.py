"""What PxWebApi 2 answers when it cannot do what was asked: a problem of RFC 7807, in English as the specification has it."""

from starlette.responses import JSONResponse, Response


class Problem(Exception):
    """``status`` of HTTP, ``title`` of its kind, ``detail`` of this one."""

    def __init__(self, status: int, title: str, detail: str = "") -> None:
        """Without a detail the title says everything."""
        super().__init__(title)
        self.status, self.title, self.detail = status, title, detail or title


def problem(fault: Problem) -> Response:
    """What is sent."""
    content = {"type": "about:blank", "title": fault.title, "status": fault.status, "detail": fault.detail}
    return JSONResponse(
        content, fault.status, headers={"cache-control": "no-store"}, media_type="application/problem+json"
    )


def no_table() -> Problem:
    """There is no such table, or none yet."""
    return Problem(404, "Non-existent table")


def no_variable(code: str) -> Problem:
    """The table has no such variable."""
    return Problem(400, "Non-existent variable", f"{code[:40]} is not a variable of the table")


def no_value(value: str, variable: str) -> Problem:
    """The variable has no such value, or an expression finds none."""
    return Problem(400, "Non-existent value", f"{value[:100]} is not a value of {variable}")


def no_expression(value: str, variable: str) -> Problem:
    """An expression is not written as it must be."""
    return Problem(400, "Illegal selection expression", f"{value[:100]} of {variable}")


def must_be_selected(variable: str) -> Problem:
    """The variable cannot be left out."""
    return Problem(400, "Missing selection for mandatory variable", f"{variable} needs a selection")


def too_many_cells(cells: int, most: int) -> Problem:
    """More figures than one answer may have."""
    return Problem(403, "Too many cells selected", f"{cells} cells are more than {most}: select fewer values")


def too_many_values(variable: str, most: int) -> Problem:
    """More values or expressions of a variable than there can be reason for."""
    return Problem(400, "Too many values", f"at most {most} values or masks of {variable}")


def wrong(name: str, value: str, one_of: str) -> Problem:
    """A parameter with a value it cannot have."""
    return Problem(400, "Parameter error", f"{name} cannot be {value[:40]}, only {one_of}")
