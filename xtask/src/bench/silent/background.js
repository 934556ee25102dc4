// Listens to nothing: what a page costs without any extension that watches it.
