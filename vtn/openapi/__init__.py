"""The API documents (OpenAPI 3.0), made by drf-spectacular from the types that check what clients send.

A view says what it offers in its `schema`; `components` turns types into schemas, `document` puts a door's
paths together, `comparison` holds the outcome against an official file.
"""

from vtn.openapi.operations import OperationSchema as OperationSchema
