package ai.sentryagent.idp.gateway.contract;

import com.networknt.schema.path.NodePath;

/** How a place in a body is called in an answer: {@code owner}, {@code capabilities[2]}. */
final class FieldPath {
    private FieldPath() {}

    static String member(String parent, String name) {
        return parent.isEmpty() ? name : parent + "." + name;
    }

    static String item(String parent, int index) {
        return parent + "[" + index + "]";
    }

    static String of(String root, NodePath path) {
        String field = root;
        for (int i = 0; i < path.getNameCount(); i++) {
            Object step = path.getElement(i);
            field = step instanceof Integer index ? item(field, index) : member(field, step.toString());
        }
        return field;
    }
}
