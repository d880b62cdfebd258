"""Printed matter: from the library and a handbook file to PDF and DOCX."""
