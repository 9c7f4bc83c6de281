"""Forms: form-js files (1.23) read and validated on the server.

`schema` reads a file and refuses what is not supported; `validate` turns what was posted into answers;
`fields` is the vocabulary of both. Nothing here does I/O or knows a form or key by its name.
"""
