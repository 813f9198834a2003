# A Ringback server: docker build -t ringback . && docker run -e RINGBACK_CONTROL_TOKEN=local -p 127.0.0.1:4020:4020 ringback
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
COPY tools/types/package.json tools/types/
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm pack --silent --pack-destination /tmp
# What npm would install: the package with its dependencies, without those of its development.
WORKDIR /ringback
RUN npm install --no-audit --no-fund /tmp/ringback-*.tgz

FROM node:24-bookworm-slim
COPY --from=build /ringback /ringback
ENV PATH=/ringback/node_modules/.bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENV RINGBACK_CONTAINER=true
# Mount your OpenAPI document, ringback.yaml and scenarios here.
WORKDIR /work
USER node
EXPOSE 4020
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.RINGBACK_PORT ?? 4020}/_ringback/health`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["ringback"]
CMD ["serve"]
