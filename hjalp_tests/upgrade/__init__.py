"""Data roots as each published version left them: the program of today reads them, or says what to do."""
