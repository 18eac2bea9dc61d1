/*
 * The server that the benchmarks talk to: MCP over stdio, cheap enough that the client is what is measured. It does not parse
 * JSON. It relies on what every client here does: one object a line, no blanks that matter before the names it looks for, and no
 * member called "id" or "method" inside the parameters.
 *
 *   server [--modern] [--http] [--tools N]
 *
 * With --http it speaks Streamable HTTP (responses as JSON, no session, no stream of its own) at a free port of 127.0.0.1, which
 * it prints first, with a thread for each connection; it ends with its stdin.
 *
 * tools/call gives back the "text" of its arguments, or a text of "size" bytes of 'x', or "ok". JavaServer behaves the same.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static __thread char *out;
static __thread size_t out_size, out_capacity;
static __thread int out_fd = STDOUT_FILENO;
static char *tools;
static size_t tools_length;
static __thread char *large;
static __thread size_t large_length;
static bool modern, http;

static void *check(void *p) {
    if (p == NULL) {
        perror("server");
        exit(1);
    }
    return p;
}

static void write_fully(const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t n = write(out_fd, bytes, length);
        if (n < 0) {
            if (errno == EINTR) continue;
            if (http) return; /* the next read says so */
            exit(0); /* the client is gone */
        }
        bytes += n;
        length -= (size_t) n;
    }
}

static void flush(void) {
    write_fully(out, out_size);
    out_size = 0;
}

static void put(const char *bytes, size_t length) {
    if (out_capacity - out_size < length) {
        out_capacity = (out_size + length) * 2;
        out = check(realloc(out, out_capacity));
    }
    memcpy(out + out_size, bytes, length);
    out_size += length;
}

static void put_string(const char *s) { put(s, strlen(s)); }

/* The value after "name":, or NULL. */
static const char *value(const char *line, const char *end, const char *name) {
    size_t length = strlen(name);
    const char *at = memmem(line, (size_t) (end - line), name, length);
    if (at == NULL) return NULL;
    at += length;
    while (at < end && (*at == ' ' || *at == ':')) at++;
    return at < end ? at : NULL;
}

/* The end of the number or string that begins here; a string includes its quotes. */
static const char *scalar_end(const char *at, const char *end) {
    if (*at == '"') {
        for (at++; at < end && *at != '"'; at++) {
            if (*at == '\\') at++;
        }
        return at < end ? at + 1 : end;
    }
    while (at < end && *at != ',' && *at != '}' && *at != ' ') at++;
    return at;
}

static void begin(const char *id, const char *id_end) {
    put_string("{\"jsonrpc\":\"2.0\",\"id\":");
    put(id, (size_t) (id_end - id));
}

static void build_tools(long count) {
    size_t capacity = (size_t) count * 200 + 64;
    tools = check(malloc(capacity));
    tools_length = (size_t) sprintf(tools, "[");
    for (long i = 0; i < count; i++) {
        char name[32];
        if (i == 0) strcpy(name, "echo"); else sprintf(name, "tool_%ld", i);
        tools_length += (size_t) sprintf(tools + tools_length,
                "%s{\"name\":\"%s\",\"description\":\"Gives back its text\",\"inputSchema\":{\"type\":\"object\","
                "\"properties\":{\"text\":{\"type\":\"string\"},\"size\":{\"type\":\"integer\"}}}}",
                i == 0 ? "" : ",", name);
    }
    tools_length += (size_t) sprintf(tools + tools_length, "]");
}

#define COMPLETE "\"resultType\":\"complete\","

static void call(const char *id, const char *id_end, const char *line, const char *end) {
    begin(id, id_end);
    put_string(modern ? ",\"result\":{" COMPLETE "\"content\":[{\"type\":\"text\",\"text\":"
                      : ",\"result\":{\"content\":[{\"type\":\"text\",\"text\":");
    const char *size = value(line, end, "\"size\"");
    if (size != NULL) {
        size_t length = strtoul(size, NULL, 10);
        if (length != large_length) {
            large = check(realloc(large, length + 1));
            memset(large, 'x', length);
            large_length = length;
        }
        put_string("\"");
        if (http) {
            put(large, length); /* its length comes first */
        } else {
            flush();
            write_fully(large, length);
        }
        put_string("\"");
    } else {
        const char *text = value(line, end, "\"text\"");
        if (text != NULL && *text == '"') put(text, (size_t) (scalar_end(text, end) - text));
        else put_string("\"ok\"");
    }
    put_string("}]}}\n");
}

static void answer(const char *line, const char *end) {
    const char *id = value(line, end, "\"id\"");
    const char *method = value(line, end, "\"method\"");
    if (id == NULL || method == NULL) return; /* a notification, or an answer */
    const char *id_end = scalar_end(id, end);
    size_t length = (size_t) (scalar_end(method, end) - method);
#define IS(name) (length == sizeof(name) + 1 && memcmp(method + 1, name, sizeof(name) - 1) == 0)
    if (IS("tools/call")) {
        call(id, id_end, line, end);
    } else if (IS("tools/list")) {
        begin(id, id_end);
        put_string(modern ? ",\"result\":{" COMPLETE "\"ttlMs\":0,\"cacheScope\":\"private\",\"tools\":" : ",\"result\":{\"tools\":");
        put(tools, tools_length);
        put_string("}}\n");
    } else if (IS("ping") && !modern) {
        begin(id, id_end);
        put_string(",\"result\":{}}\n");
    } else if (IS("initialize") && !modern) {
        begin(id, id_end);
        put_string(",\"result\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
                   "\"serverInfo\":{\"name\":\"bench\",\"version\":\"1\"}}}\n");
    } else if (IS("server/discover") && modern) {
        begin(id, id_end);
        put_string(",\"result\":{" COMPLETE "\"ttlMs\":0,\"cacheScope\":\"private\","
                   "\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{\"tools\":{}},"
                   "\"_meta\":{\"io.modelcontextprotocol/serverInfo\":{\"name\":\"bench\",\"version\":\"1\"}}}}\n");
    } else {
        begin(id, id_end);
        put_string(",\"error\":{\"code\":-32601,\"message\":\"method not found\"}}\n");
    }
}

/* Room for what precedes a body, whose length is known afterwards. */
#define HEAD 128

static void respond(const char *body, const char *end) {
    char head[HEAD];
    for (size_t i = 0; i < HEAD; i++) put_string(" ");
    answer(body, end);
    size_t length = out_size - HEAD;
    int head_length = length == 0
            ? sprintf(head, "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
            : sprintf(head, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n", length);
    char *start = out + HEAD - head_length;
    memcpy(start, head, (size_t) head_length);
    write_fully(start, length + (size_t) head_length);
    out_size = 0;
}

static void *serve(void *socket) {
    out_fd = (int) (long) socket;
    size_t capacity = 64 * 1024, held = 0;
    char *in = check(malloc(capacity));
    out = check(malloc(out_capacity = 64 * 1024));
    for (;;) {
        const char *body = memmem(in, held, "\r\n\r\n", 4);
        size_t length = 0;
        if (body != NULL) {
            body += 4;
            in[body - in - 1] = '\0';
            const char *name = strcasestr(in, "content-length:");
            if (name != NULL) length = strtoul(name + 15, NULL, 10);
            size_t whole = (size_t) (body - in) + length;
            if (held >= whole) {
                if (*in == 'P') respond(body, body + length);
                else put_string("HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n");
                flush();
                held -= whole;
                memmove(in, in + whole, held);
                continue;
            }
            in[body - in - 1] = '\n';
        }
        if (held == capacity) in = check(realloc(in, capacity *= 2));
        ssize_t n = read(out_fd, in + held, capacity - held);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        held += (size_t) n;
    }
    close(out_fd);
    free(in);
    free(out);
    free(large);
    return NULL;
}

static void *accept_all(void *listener) {
    for (;;) {
        int socket = accept((int) (long) listener, NULL, NULL);
        if (socket < 0) continue;
        int one = 1;
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve, (void *) (long) socket) != 0) close(socket);
        else pthread_detach(thread);
    }
    return NULL;
}

static int serve_http(void) {
    signal(SIGPIPE, SIG_IGN);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *) &address, size) != 0 || listen(listener, 1024) != 0
            || getsockname(listener, (struct sockaddr *) &address, &size) != 0) {
        perror("server");
        return 1;
    }
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    pthread_t thread;
    if (pthread_create(&thread, NULL, accept_all, (void *) (long) listener) != 0) return 1;
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0 || errno == EINTR) errno = 0;
    return 0;
}

int main(int argc, char **argv) {
    long count = 1;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--modern") == 0) modern = true;
        else if (strcmp(argv[i], "--http") == 0) http = true;
        else if (strcmp(argv[i], "--tools") == 0 && i + 1 < argc) count = strtol(argv[++i], NULL, 10);
        else {
            fprintf(stderr, "usage: %s [--modern] [--http] [--tools N]\n", argv[0]);
            return 2;
        }
    }
    build_tools(count);
    if (http) return serve_http();
    size_t capacity = 256 * 1024, held = 0;
    char *in = check(malloc(capacity));
    out = check(malloc(out_capacity = 256 * 1024));
    for (;;) {
        if (held == capacity) in = check(realloc(in, capacity *= 2));
        ssize_t n = read(STDIN_FILENO, in + held, capacity - held);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return 0;
        const char *end = in + held + n, *line = in, *newline;
        const char *from = in + held; /* no line ends before this */
        while ((newline = memchr(from, '\n', (size_t) (end - from))) != NULL) {
            answer(line, newline);
            line = from = newline + 1;
        }
        held = (size_t) (end - line);
        if (line != in) memmove(in, line, held);
        flush();
    }
}
