"""The SQL statements of every relational store, as text and parameters per SQL dialect, without a library.

Every table of the plug-in is named here, in one module per table; an adapter renders the text for its dialect
(:mod:`scim_sql.dialect`) and executes it on its own connection.
"""
