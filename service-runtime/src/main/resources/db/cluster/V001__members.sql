-- Who is in the cluster and where: written and read by JGroups (JDBC_PING2), which names the columns.
CREATE TABLE members (
    address varchar(200) PRIMARY KEY,
    name    varchar(200),
    cluster varchar(200) NOT NULL,
    ip      varchar(200) NOT NULL,
    coord   boolean
);

GRANT SELECT, INSERT, DELETE ON members TO ${role};
