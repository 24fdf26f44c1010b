"""The HTTP server: sockets, the application, and the life of a request in it."""
