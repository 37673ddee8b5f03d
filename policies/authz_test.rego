package authz_test

import data.authz
import rego.v1

agent := "019cad9d-de6c-7c3a-9d41-5f0e2b6a8c11"

other := "019cad9e-5a1d-7f20-8b6e-3c9d7e1f4a52"

credentials := sprintf("/api/v1/agents/%s/credentials", [agent])

anonymous(method, path) := {"method": method, "path": path, "scopes": []}

caller(method, path, who, scopes) := {"method": method, "path": path, "scopes": scopes, "agentId": who}

test_anyone_may_read_what_is_public if {
	every path in ["/health", "/metrics", "/.well-known/jwks.json", "/docs", "/docs/page.js"] {
		authz.decision.allow with input as anonymous("GET", path)
	}
}

test_nobody_else_is_anonymous if {
	not authz.decision.allow with input as anonymous("GET", "/api/v1/agents")
	not authz.decision.allow with input as anonymous("POST", "/api/v1/token")
	not authz.decision.allow with input as anonymous("POST", "/api/v1/token/revoke")
}

test_a_scope_lets_in_and_another_does_not if {
	authz.decision.allow with input as caller("GET", "/api/v1/agents", agent, ["agents:read"])
	not authz.decision.allow with input as caller("GET", "/api/v1/agents", agent, ["agents:write", "data:read"])
	not authz.decision.allow with input as caller("POST", "/api/v1/agents", agent, ["agents:read"])
}

test_an_agent_may_do_what_is_its_own_and_not_what_is_anothers if {
	authz.decision.allow with input as caller("GET", credentials, agent, ["data:read"])
	not authz.decision.allow with input as caller("GET", credentials, other, ["data:read"])
	not authz.decision.allow with input as caller("GET", sprintf("/api/v1/agents/%s", [agent]), agent, ["data:read"])
}

test_a_client_gets_and_asks_about_tokens if {
	authz.decision.allow with input as caller("POST", "/api/v1/token", agent, [])
	authz.decision.allow with input as caller("POST", "/api/v1/token/introspect", agent, [])
	not authz.decision.allow with input as caller("GET", "/api/v1/agents", agent, [])
}

test_a_bearer_needs_a_scope_to_introspect_and_none_to_revoke if {
	not authz.decision.allow with input as caller("POST", "/api/v1/token/introspect", agent, ["data:read"])
	authz.decision.allow with input as caller("POST", "/api/v1/token/introspect", agent, ["tokens:read"])
	authz.decision.allow with input as caller("POST", "/api/v1/token/revoke", agent, ["data:read"])
	not authz.decision.allow with input as caller("POST", "/api/v1/token", agent, ["tokens:read"])
}

test_what_no_rule_names_is_denied_and_says_so if {
	decision := authz.decision with input as caller("GET", "/api/v1/unheard-of", agent, ["agents:read"])
	not decision.allow
	decision.reason == "no rule is known for this method and path"
}

test_a_path_is_taken_whole if {
	not authz.decision.allow with input as anonymous("GET", "/health/")
	not authz.decision.allow with input as anonymous("GET", "/docs/a/b")
	not authz.decision.allow with input as anonymous("GET", "/docs/")
	not authz.decision.allow with input as anonymous("DELETE", "/health")
}
