# Two stages: the first makes /app/.venv from the lock with uv, the second has Python, /app and nothing else.
FROM python:3.13-slim AS build

# uv comes from PyPI, as in the Makefile: one index for everything, no second image registry to trust.
ARG UV_VERSION=0.13.8
RUN pip install --no-cache-dir --root-user-action=ignore "uv==${UV_VERSION}"
ENV UV_LINK_MODE=copy \
    UV_NO_CACHE=1 \
    UV_PYTHON_DOWNLOADS=never

WORKDIR /app
# The dependencies alone first: their layer changes with the lock only.
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --no-install-project
COPY LICENSE README.md ./
COPY alembic alembic
COPY domain domain
COPY graph graph
COPY persistence persistence
# Editable, so that the migrations stay beside the code. Byte code by hash: equal sources give equal layers.
RUN uv sync --frozen --no-dev \
    && .venv/bin/python -m compileall -q --invalidation-mode unchecked-hash .venv/lib alembic domain graph persistence


FROM python:3.13-slim

# A fixed number, so that volumes and security contexts can name it. initdb wants a user with a name.
RUN useradd --uid 10001 --user-group --home-dir /data --no-create-home --shell /usr/sbin/nologin selfgraph \
    && install --directory --owner=selfgraph --group=selfgraph --mode=0700 /data /data/objects

WORKDIR /app
# Owned by root: the server cannot change its own code.
COPY --from=build /app /app

ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ENVIRONMENT=production \
    HOST=0.0.0.0 \
    PORT=8000 \
    DATA_DIR=/data

# By number: Kubernetes can then see that it is not root.
USER 10001:10001
VOLUME /data
EXPOSE 8000

# http.client knows no proxies, which urllib would take from the environment.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-c", "\
import http.client, os, sys; \
connection = http.client.HTTPConnection('127.0.0.1', int(os.environ['PORT']), timeout=3); \
connection.request('GET', '/healthz'); \
sys.exit(connection.getresponse().status != 200)"]

# The exec form: SIGTERM reaches the server itself.
ENTRYPOINT ["selfgraph"]
CMD ["serve"]
