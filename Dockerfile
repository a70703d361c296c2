# syntax=docker/dockerfile:1
# Both stages stand on one image; give its digest where builds have to be the same for ever:
#   docker build --build-arg NODE_IMAGE=node@sha256:… -t assay .
ARG NODE_IMAGE=node:26.10.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY . .
# The only network that is needed is npm's registry. `prepare` builds the bundle, which has every dependency inside.
RUN npm ci --no-audit --no-fund

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="assay" org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production
COPY --from=build /src/apps/cli/package.json /opt/assay/package.json
COPY --from=build /src/apps/cli/bin /opt/assay/bin
COPY --from=build /src/apps/cli/dist /opt/assay/dist
COPY --from=build /src/profiles /opt/assay/profiles
COPY --from=build /src/LICENSE /opt/assay/LICENSE
# A number, so that Kubernetes can see that it is not root; no shell is between it and its signals.
USER 65532:65532
WORKDIR /tmp
ENTRYPOINT ["node", "/opt/assay/bin/assay.js"]
