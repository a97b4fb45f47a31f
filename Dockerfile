# The web app and the command line; models are served elsewhere (see compose.yaml) or, for the demo, inside.
FROM python:3.12-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv /opt/cueprobe
COPY requirements/base.txt requirements/
RUN /opt/cueprobe/bin/pip install --no-deps --require-hashes -r requirements/base.txt
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY templates templates
COPY static static
COPY probes probes
COPY migrations migrations
RUN /opt/cueprobe/bin/pip install --no-deps --no-build-isolation .


FROM python:3.12-slim-bookworm

# llama.cpp, which answers in the demo, is linked against GNU OpenMP.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends libgomp1 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --create-home cueprobe \
 && install -d -o cueprobe -g cueprobe /data
COPY --from=build /opt/cueprobe /opt/cueprobe

ENV PATH=/opt/cueprobe/bin:$PATH CUEPROBE_DATA=/data PYTHONUNBUFFERED=1
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8321
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8321/healthz', timeout=4)"]
# Anything but loopback needs a token: docker run -e CUEPROBE_TOKEN=... -p 127.0.0.1:8321:8321 -v cueprobe:/data IMAGE
CMD ["cueprobe", "serve", "--host", "0.0.0.0"]
