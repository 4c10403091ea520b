"""Whether bytes that were declared as an encoding with one byte a letter are UTF-8 in truth."""

import codecs


class MaybeUtf8:
    """Fed with the bytes of a file, piece by piece, cut anywhere."""

    def __init__(self) -> None:
        """Nothing is seen yet."""
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._possible, self._beyond_ascii = True, False

    def feed(self, piece: bytes) -> None:
        """The next bytes; a file that cannot be UTF-8 any more costs nothing."""
        if self._possible and (self._beyond_ascii or not piece.isascii()):
            self._beyond_ascii = True
            try:
                self._decoder.decode(piece)
            except UnicodeDecodeError:
                self._possible = False

    @property
    def found(self) -> bool:
        """Whether there was anything beyond ASCII, and all of it was UTF-8 (a letter cut off at the end is not looked at)."""
        return self._possible and self._beyond_ascii
