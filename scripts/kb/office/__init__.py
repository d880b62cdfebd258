"""Files that offices work with: XLSX, CSV, ICS, DOCX, each made from plain tables; same input, same bytes."""
