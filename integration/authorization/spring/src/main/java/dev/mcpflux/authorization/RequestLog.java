package dev.mcpflux.authorization;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;
import tools.jackson.databind.json.JsonMapper;

/** Prints what clients have asked for, and what they were given: one line of JSON each. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class RequestLog extends OncePerRequestFilter {

    private static final Map<String, String> ENDPOINTS =
            Map.of("/oauth2/token", "token", "/oauth2/revoke", "revocation", "/oauth2/register", "registration");

    private static final JsonMapper JSON = JsonMapper.shared();

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String endpoint = ENDPOINTS.get(request.getRequestURI());
        if (endpoint == null) {
            chain.doFilter(request, response);
            return;
        }
        ContentCachingResponseWrapper copied = new ContentCachingResponseWrapper(response);
        Map<String, Object> asked = new LinkedHashMap<>();
        request.getParameterMap().forEach((name, values) -> asked.put(name, values[0]));
        asked.put("pkce", asked.remove("code_verifier") != null);
        chain.doFilter(request, copied);
        byte[] body = copied.getContentAsByteArray();
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("endpoint", endpoint);
        line.put("request", asked);
        line.put("status", copied.getStatus());
        line.put("response", body.length == 0 ? null : JSON.readTree(body));
        System.out.println(JSON.writeValueAsString(line));
        copied.copyBodyToResponse();
    }
}
