-- The tables of Guacamole 1.6.0. Names, types and keys are its own, so that either server can use the same database.
-- Who: entities are users or groups; groups have members of both kinds.
CREATE TABLE IF NOT EXISTS guacamole_entity (
  entity_id int(11) NOT NULL AUTO_INCREMENT,
  name varchar(128) NOT NULL,
  type enum('USER', 'USER_GROUP') NOT NULL,
  PRIMARY KEY (entity_id),
  UNIQUE KEY guacamole_entity_name_scope (type, name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8;

CREATE TABLE IF NOT EXISTS guacamole_user (
  user_id int(11) NOT NULL AUTO_INCREMENT,
  entity_id int(11) NOT NULL,
  password_hash binary(32) NOT NULL,
  password_salt binary(32),
  password_date datetime NOT NULL,
  disabled boolean NOT NULL DEFAULT 0,
  expired boolean NOT NULL DEFAULT 0,
  access_window_start time,
  access_window_end time,
  valid_from date,
  valid_until date,
  timezone varchar(64),
  full_name varchar(256),
  email_address varchar(256),
  organization varchar(256),
  organizational_role varchar(256),
  PRIMARY KEY (user_id),
  UNIQUE KEY guacamole_user_single_entity (entity_id),
  CONSTRAINT guacamole_user_entity FOREIGN KEY (entity_id) REFERENCES guacamole_entity (entity_id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8;

CREATE TABLE IF NOT EXISTS guacamole_user_group (
  user_group_id int(11) NOT NULL AUTO_INCREMENT,
  entity_id int(11) NOT NULL,
  disabled boolean NOT NULL DEFAULT 0,
  PRIMARY KEY (user_group_id),
  UNIQUE KEY guacamole_user_group_single_entity (entity_id),
  CONSTRAINT guacamole_user_group_entity FOREIGN KEY (entity_id) REFERENCES guacamole_entity (entity_id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8;

CREATE TABLE IF NOT EXISTS guacamole_user_group_member (
  user_group_id int(11) NOT NULL,
  member_entity_id int(11) NOT NULL,
  PRIMARY KEY (user_group_id, member_entity_id),
  CONSTRAINT guacamole_user_group_member_parent_id FOREIGN KEY (user_group_id) REFERENCES guacamole_user_group (user_group_id) ON DELETE CASCADE,
  CONSTRAINT guacamole_user_group_member_entity_id FOREIGN KEY (member_entity_id) REFERENCES guacamole_entity (entity_id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8;

-- What: a tree of groups, the connections in it, and how each connection may be shared.
CREATE TABLE IF NOT EXISTS guacamole_connection_group (
  connection_group_id int(11) NOT NULL AUTO_INCREMENT,
  parent_id int(11),
  connection_group_name varchar(128) NOT NULL,
  type enum('ORGANIZATIONAL', 'BALANCING') NOT NULL DEFAULT 'ORGANIZATIONAL',
  max_connections int(11),
  max_connections_per_user int(11),
  enable_session_affinity boolean NOT NULL DEFAULT 0,
  PRIMARY KEY (connection_group_id),
  UNIQUE KEY connection_group_name_parent (connection_group_name, parent_id),
  CONSTRAINT guacamole_connection_group_ibfk_1 FOREIGN KEY (parent_id) REFERENCES guacamole_connection_group (connection_group_id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8;

CREATE TABLE IF NOT EXISTS guacamole_connection (
  connection_id int(11) NOT NULL AUTO_INCREMENT,
  connection_name varchar(128) NOT NULL,
  parent_id int(11),
  protocol varchar(32) NOT NULL,
  proxy_port int,
  proxy_hostname varchar(512),
  proxy_encryption_method enum('NONE', 'SSL'),
  max_connections int(11),
  max_connections_per_user int(11),
  connection_weight int(11),
  failover_only boolean NOT NULL DEFAULT 0,
  PRIMARY KEY (connection_id),
  UNIQUE KEY connection_name_parent (connection_name, parent_id),
  CONSTRAINT guacamole_connection_ibfk_1 FOREIGN KEY (parent_id) REFERENCES guacamole_connection_group (connection_group_id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8;

CREATE TABLE IF NOT EXISTS guacamole_sharing_profile (
  sharing_profile_id int(11) NOT NULL AUTO_INCREMENT,
  sharing_profile_name varchar(128) NOT NULL,
  primary_connection_id int(11) NOT NULL,
  PRIMARY KEY (sharing_profile_id),
  UNIQUE KEY sharing_profile_name_primary (sharing_profile_name, primary_connection_id),
  CONSTRAINT guacamole_sharing_profile_ibfk_1 FOREIGN KEY (primary_connection_id) REFERENCES guacamole_connection (connection_id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8;

CREATE TABLE IF NOT EXISTS guacamole_connection_parameter (
  connection_id int(11) NOT NULL,
  parameter_name varchar(128) NOT NULL,
  parameter_value varchar(4096) NOT NULL,
  PRIMARY KEY (connection_id, parameter_name),
  CONSTRAINT guacamole_connection_parameter_ibfk_1 FOREIGN KEY (connection_id) REFERENCES guacamole_connection (connection_id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8;

CREATE TABLE IF NOT EXISTS guacamole_sharing_profile_parameter (
  sharing_profile_id int NOT NULL,
  parameter_name varchar(128) NOT NULL,
  parameter_value varchar(4096) NOT NULL,
  PRIMARY KEY (sharing_profile_id, parameter_name),
  CONSTRAINT guacamole_sharing_profile_parameter_ibfk_1 FOREIGN KEY (sharing_profile_id) REFERENCES guacamole_sharing_profile (sharing_profile_id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8;

-- Attributes that extensions store.
CREATE TABLE IF NOT EXISTS guacamole_user_attribute (
  user_id int(11) NOT NULL,
  attribute_name varchar(128) NOT NULL,
  attribute_value varchar(4096) NOT NULL,
  PRIMARY KEY (user_id, attribute_name),
  KEY user_id (user_id),
  CONSTRAINT guacamole_user_attribute_ibfk_1 FOREIGN KEY (user_id) REFERENCES guacamole_user (user_id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8;

CREATE TABLE IF NOT EXISTS guacamole_user_group_attribute (
  user_group_id int(11) NOT NULL,
  attribute_name varchar(128) NOT NULL,
  attribute_value varchar(4096) NOT NULL,
  PRIMARY KEY (user_group_id, attribute_name),
  KEY user_group_id (user_group_id),
  CONSTRAINT guacamole_user_group_attribute_ibfk_1 FOREIGN KEY (user_group_id) REFERENCES guacamole_user_group (user_group_id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8;

CREATE TABLE IF NOT EXISTS guacamole_connection_attribute (
  connection_id int(11) NOT NULL,
  attribute_name varchar(128) NOT NULL,
  attribute_value varchar(4096) NOT NULL,
  PRIMARY KEY (connection_id, attribute_name),
  KEY connection_id (connection_id),
  CONSTRAINT guacamole_connection_attribute_ibfk_1 FOREIGN KEY (connection_id) REFERENCES guacamole_connection (connection_id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8;

CREATE TABLE IF NOT EXISTS guacamole_connection_group_attribute (
  connection_group_id int(11) NOT NULL,
  attribute_name varchar(128) NOT NULL,
  attribute_value varchar(4096) NOT NULL,
  PRIMARY KEY (connection_group_id, attribute_name),
  KEY connection_group_id (connection_group_id),
  CONSTRAINT guacamole_connection_group_attribute_ibfk_1 FOREIGN KEY (connection_group_id) REFERENCES guacamole_connection_group (connection_group_id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8;

CREATE TABLE IF NOT EXISTS guacamole_sharing_profile_attribute (
  sharing_profile_id int(11) NOT NULL,
  attribute_name varchar(128) NOT NULL,
  attribute_value varchar(4096) NOT NULL,
  PRIMARY KEY (sharing_profile_id, attribute_name),
  KEY sharing_profile_id (sharing_profile_id),
  CONSTRAINT guacamole_sharing_profile_attribute_ibfk_1 FOREIGN KEY (sharing_profile_id) REFERENCES guacamole_sharing_profile (sharing_profile_id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8;

-- Who may do what.
CREATE TABLE IF NOT EXISTS guacamole_system_permission (
  entity_id int(11) NOT NULL,
  permission enum('CREATE_CONNECTION', 'CREATE_CONNECTION_GROUP', 'CREATE_SHARING_PROFILE', 'CREATE_USER', 'CREATE_USER_GROUP', 'AUDIT', 'ADMINISTER') NOT NULL,
  PRIMARY KEY (entity_id, permission),
  CONSTRAINT guacamole_system_permission_entity FOREIGN KEY (entity_id) REFERENCES guacamole_entity (entity_id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8;

CREATE TABLE IF NOT EXISTS guacamole_connection_permission (
  entity_id int(11) NOT NULL,
  connection_id int(11) NOT NULL,
  permission enum('READ', 'UPDATE', 'DELETE', 'ADMINISTER') NOT NULL,
  PRIMARY KEY (entity_id, connection_id, permission),
  CONSTRAINT guacamole_connection_permission_ibfk_1 FOREIGN KEY (connection_id) REFERENCES guacamole_connection (connection_id) ON DELETE CASCADE,
  CONSTRAINT guacamole_connection_permission_entity FOREIGN KEY (entity_id) REFERENCES guacamole_entity (entity_id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8;

CREATE TABLE IF NOT EXISTS guacamole_connection_group_permission (
  entity_id int(11) NOT NULL,
  connection_group_id int(11) NOT NULL,
  permission enum('READ', 'UPDATE', 'DELETE', 'ADMINISTER') NOT NULL,
  PRIMARY KEY (entity_id, connection_group_id, permission),
  CONSTRAINT guacamole_connection_group_permission_ibfk_1 FOREIGN KEY (connection_group_id) REFERENCES guacamole_connection_group (connection_group_id) ON DELETE CASCADE,
  CONSTRAINT guacamole_connection_group_permission_entity FOREIGN KEY (entity_id) REFERENCES guacamole_entity (entity_id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8;

CREATE TABLE IF NOT EXISTS guacamole_sharing_profile_permission (
  entity_id int(11) NOT NULL,
  sharing_profile_id int(11) NOT NULL,
  permission enum('READ', 'UPDATE', 'DELETE', 'ADMINISTER') NOT NULL,
  PRIMARY KEY (entity_id, sharing_profile_id, permission),
  CONSTRAINT guacamole_sharing_profile_permission_ibfk_1 FOREIGN KEY (sharing_profile_id) REFERENCES guacamole_sharing_profile (sharing_profile_id) ON DELETE CASCADE,
  CONSTRAINT guacamole_sharing_profile_permission_entity FOREIGN KEY (entity_id) REFERENCES guacamole_entity (entity_id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8;

CREATE TABLE IF NOT EXISTS guacamole_user_permission (
  entity_id int(11) NOT NULL,
  affected_user_id int(11) NOT NULL,
  permission enum('READ', 'UPDATE', 'DELETE', 'ADMINISTER') NOT NULL,
  PRIMARY KEY (entity_id, affected_user_id, permission),
  CONSTRAINT guacamole_user_permission_ibfk_1 FOREIGN KEY (affected_user_id) REFERENCES guacamole_user (user_id) ON DELETE CASCADE,
  CONSTRAINT guacamole_user_permission_entity FOREIGN KEY (entity_id) REFERENCES guacamole_entity (entity_id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8;

CREATE TABLE IF NOT EXISTS guacamole_user_group_permission (
  entity_id int(11) NOT NULL,
  affected_user_group_id int(11) NOT NULL,
  permission enum('READ', 'UPDATE', 'DELETE', 'ADMINISTER') NOT NULL,
  PRIMARY KEY (entity_id, affected_user_group_id, permission),
  CONSTRAINT guacamole_user_group_permission_affected_user_group FOREIGN KEY (affected_user_group_id) REFERENCES guacamole_user_group (user_group_id) ON DELETE CASCADE,
  CONSTRAINT guacamole_user_group_permission_entity FOREIGN KEY (entity_id) REFERENCES guacamole_entity (entity_id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8;

-- What happened.
CREATE TABLE IF NOT EXISTS guacamole_connection_history (
  history_id int(11) NOT NULL AUTO_INCREMENT,
  user_id int(11) DEFAULT NULL,
  username varchar(128) NOT NULL,
  remote_host varchar(256) DEFAULT NULL,
  connection_id int(11) DEFAULT NULL,
  connection_name varchar(128) NOT NULL,
  sharing_profile_id int(11) DEFAULT NULL,
  sharing_profile_name varchar(128) DEFAULT NULL,
  start_date datetime NOT NULL,
  end_date datetime DEFAULT NULL,
  PRIMARY KEY (history_id),
  KEY user_id (user_id),
  KEY connection_id (connection_id),
  KEY sharing_profile_id (sharing_profile_id),
  KEY start_date (start_date),
  KEY end_date (end_date),
  KEY connection_start_date (connection_id, start_date),
  CONSTRAINT guacamole_connection_history_ibfk_1 FOREIGN KEY (user_id) REFERENCES guacamole_user (user_id) ON DELETE SET NULL,
  CONSTRAINT guacamole_connection_history_ibfk_2 FOREIGN KEY (connection_id) REFERENCES guacamole_connection (connection_id) ON DELETE SET NULL,
  CONSTRAINT guacamole_connection_history_ibfk_3 FOREIGN KEY (sharing_profile_id) REFERENCES guacamole_sharing_profile (sharing_profile_id) ON DELETE SET NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8;

CREATE TABLE IF NOT EXISTS guacamole_user_history (
  history_id int(11) NOT NULL AUTO_INCREMENT,
  user_id int(11) DEFAULT NULL,
  username varchar(128) NOT NULL,
  remote_host varchar(256) DEFAULT NULL,
  start_date datetime NOT NULL,
  end_date datetime DEFAULT NULL,
  PRIMARY KEY (history_id),
  KEY user_id (user_id),
  KEY start_date (start_date),
  KEY end_date (end_date),
  KEY user_start_date (user_id, start_date),
  CONSTRAINT guacamole_user_history_ibfk_1 FOREIGN KEY (user_id) REFERENCES guacamole_user (user_id) ON DELETE SET NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8;

CREATE TABLE IF NOT EXISTS guacamole_user_password_history (
  password_history_id int(11) NOT NULL AUTO_INCREMENT,
  user_id int(11) NOT NULL,
  password_hash binary(32) NOT NULL,
  password_salt binary(32),
  password_date datetime NOT NULL,
  PRIMARY KEY (password_history_id),
  KEY user_id (user_id),
  CONSTRAINT guacamole_user_password_history_ibfk_1 FOREIGN KEY (user_id) REFERENCES guacamole_user (user_id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8;
