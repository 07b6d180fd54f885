"""The claims of an article and what was decided on them."""
