"""The browser's door: pages and JSON over HTTP. Holds no work of its own."""
