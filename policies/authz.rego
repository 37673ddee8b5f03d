# Who may call what, as data/scopes.json says: the same decisions as without this policy, and the place to change them.
#
#   opa test policies/authz.rego policies/authz_test.rego scopes:policies/data/scopes.json
#   opa build -t wasm -e authz/decision policies/authz.rego   # authz.wasm is in bundle.tar.gz, as policy.wasm
#
# input: method (HEAD is asked as GET), path (in one spelling), scopes (of the access token; none of a client that authenticates
# itself), agentId (left out while nobody has been authenticated).
# data.scopes: the rules of data/scopes.json, by "METHOD /path/{template}".
package authz

import rego.v1

default decision := {"allow": false, "reason": "no rule is known for this method and path"}

decision := {"allow": true, "reason": ""} if permitted

decision := {"allow": false, "reason": "this takes another scope, or another caller"} if {
	rule
	not permitted
}

permitted if rule.public == true

permitted if {
	count(rule.scopes) > 0
	input.agentId
	every scope in rule.scopes {
		scope in input.scopes
	}
}

# an agent on what belongs to it
permitted if {
	rule.self == true
	some place, part in parts(template)
	part == "{agentId}"
	segments[place] == input.agentId
}

# a client that has authenticated itself
permitted if {
	rule.client == true
	input.agentId
	count(input.scopes) == 0
}

# whoever holds a live token
permitted if {
	rule.bearer == true
	input.agentId
	count(input.scopes) > 0
}

rule := data.scopes[concat(" ", [input.method, template])]

# a fixed path comes before one with a parameter in its place
template := min(candidates)[1]

candidates contains [parameters, path] if {
	some name, _ in data.scopes
	[method, path] := split(name, " ")
	method == input.method
	parameters := count([part | some part in parts(path); startswith(part, "{")])
	fits(parts(path))
}

fits(wanted) if {
	count(wanted) == count(segments)
	every place, part in wanted {
		stands_for(part, segments[place])
	}
}

stands_for(part, segment) if part == segment

stands_for(part, segment) if {
	startswith(part, "{")
	segment != ""
}

segments := parts(input.path)

parts(path) := split(trim_prefix(path, "/"), "/")
