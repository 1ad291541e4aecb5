"""The bytes of files over HTTP: everything below `/files/`, in front of FastAPI.

`routes` finds who serves a request, `callers` says who asks, `answers` writes errors, `arriving` reads bodies;
`downloads` sends files: `addresses` reads what is asked for, `conditions` whether and which part of it is sent,
`representations` and `disposition` make the head, `bodies` the rest;
`direct` takes uploads by signed addresses, `tus` those that go on after a break.
"""
