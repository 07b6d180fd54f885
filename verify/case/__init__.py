"""The case folder: self-contained, plain files, checkable by anyone."""
