"""The command line: parses, calls the package, prints. One file a command."""
