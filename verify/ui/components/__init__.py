"""What the browser gets: templates, style sheets, the desk's script, and the Python that sends them."""
