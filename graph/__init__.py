"""The outside face: GraphQL, HTTP, the command line. Only `app` and the commands import `persistence`."""
