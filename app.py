"""Start of the screen for ``streamlit run app.py -- [CASE] [--cases DIR] [--db DB]``."""

from verify.ui.main import main

main()
