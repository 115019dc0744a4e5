"""Reports of an agreement panel as HTML, PDF, picture, table and text, in English and Chinese; it judges nothing."""
