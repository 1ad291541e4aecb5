"""GraphQL over HTTP, websockets and server-sent events: bytes in, `OperationRequest` to the executor, bytes out.

In order of control flow: `endpoint` (one request from its scope to its response), `headers`, `negotiation` (what the
client accepts), `bodies` and `uploads` (the body within its limit), `parsing` and `persisted` (JSON to operations),
`responses`, `streams` and `increments` (answers to bytes), `rejections` (what is refused, and the status of each code).
Websockets: `websockets` (handshake and protocol), `socket` and `frames` (one connection, its messages checked),
`socket_operations` (its operations).
"""
