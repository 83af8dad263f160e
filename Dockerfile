# An image with the program and the libraries that it needs: docker build -t stylize .
#
# Both stages are the same Debian, so that the libraries are those that the program was linked with.

FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpng-dev libjpeg-dev liblcms2-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN DESTDIR=/installed Scripts/install.sh

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpng16-16 libjpeg62-turbo liblcms2-2 libstdc++6 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /installed /
WORKDIR /pictures
ENTRYPOINT ["stylize"]
