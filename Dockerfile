# JupyterLab with the course, for a machine that has Docker:
#
#     docker build -t minigrad .
#     docker run --rm -it -p 127.0.0.1:8888:8888 -v minigrad:/srv/minigrad minigrad
#
# and open the address that it prints. What is edited stays in the volume `minigrad`. Grading needs the sandbox, which
# Docker's own confinement forbids: grade outside.
FROM python:3.13-slim

# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends git graphviz make \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 learner \
    && install -d -o learner -g learner /srv/minigrad

USER 1000:1000
WORKDIR /srv/minigrad
ENV PIP_NO_CACHE_DIR=1
COPY --chown=1000:1000 . .
RUN make setup

ENV PATH=/srv/minigrad/.venv/bin:$PATH
EXPOSE 8888
HEALTHCHECK --start-period=30s --timeout=5s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8888/api', timeout=4)"]
CMD ["python", "-m", "jupyterlab", "--config=.jupyter/lab_config.py", "--no-browser", "--ip=0.0.0.0", "--port=8888"]
