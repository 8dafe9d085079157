"""The wiring of the plug-in, its settings and the standalone application, with dependency-injector."""
