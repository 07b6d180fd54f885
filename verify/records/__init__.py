"""What the steps hand to each other: frozen records without input or output."""
