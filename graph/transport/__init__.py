"""GraphQL over HTTP, websockets and server-sent events: bytes in, `OperationRequest` to the executor, bytes out."""
