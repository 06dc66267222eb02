FROM python:3.12-slim AS build
WORKDIR /src
RUN python -m venv /venv
COPY requirements.lock ./
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY yanlu yanlu
COPY knowledge knowledge
COPY storage storage
COPY bot bot
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation . && cd / && /venv/bin/python -m knowledge.reading && /venv/bin/python -m knowledge.talks

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /data yanlu && install -d -o yanlu -g yanlu -m 0700 /data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH YANLU_HOME=/data PYTHONUNBUFFERED=1
USER yanlu
WORKDIR /data
VOLUME /data
ENTRYPOINT ["yanlu"]
EXPOSE 8765
CMD ["run"]
