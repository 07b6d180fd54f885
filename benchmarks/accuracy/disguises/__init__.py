"""Every kind of disguise, by family: pure functions of pictures and times."""
