"""The case for a reader: ``content`` says it as plain data, ``html`` as one file with its pictures."""
