"""The SQL statements of every relational store, as text and parameters per SQL dialect, without a library."""
