# One image for web, worker and sweepers. Runtime lock only: no test tools, no embedded servers.
FROM python:3.13-slim-trixie AS packages
COPY requirements.lock /tmp/requirements.lock
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check \
       --only-binary :all: --require-hashes -r /tmp/requirements.lock

FROM python:3.13-slim-trixie
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=station.settings \
    STATIC_ROOT=/srv/static \
    MEDIA_ROOT=/srv/media \
    ANCHOR_DIR=/srv/anchors
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin station \
    && install -d -o station -g station /srv/media /srv/anchors \
    && install -d /srv/static
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/app
COPY . .
# Reading the settings needs every secret; these are made up and stay in this one step.
RUN export SECRET_KEY=build MASTER_KEY=build INDEX_PEPPER=build CHAIN_KEY=build \
       DATABASE_URL=postgres://build@build/build REDIS_URL=redis://build \
    && python manage.py compilemessages \
    && python manage.py collectstatic --noinput --verbosity 0
USER station
EXPOSE 8000
CMD ["gunicorn"]
