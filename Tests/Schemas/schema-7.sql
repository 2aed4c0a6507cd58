CREATE TABLE migrations (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL,
    applied_at INTEGER NOT NULL) STRICT;
CREATE TABLE epochs (
    id INTEGER PRIMARY KEY, value INTEGER NOT NULL) STRICT;
CREATE TABLE secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE tallies (
    resource INTEGER NOT NULL, account INTEGER NOT NULL, life_cycle INTEGER NOT NULL,
    status INTEGER NOT NULL, shard INTEGER NOT NULL, total INTEGER NOT NULL,
    PRIMARY KEY (resource, account, life_cycle, status, shard)) STRICT, WITHOUT ROWID;
CREATE TABLE grants (
    holder INTEGER NOT NULL, kind INTEGER NOT NULL, account INTEGER NOT NULL,
    life_cycle INTEGER NOT NULL, record_id INTEGER NOT NULL,
    PRIMARY KEY (holder, kind, account, life_cycle, record_id)) STRICT, WITHOUT ROWID;
CREATE INDEX grants_record ON grants (kind, record_id, holder);
CREATE TABLE accounts (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    time_zone TEXT NOT NULL, locale TEXT NOT NULL, currency TEXT NOT NULL,
    default_team_id INTEGER, organization_id INTEGER, owner_id INTEGER,
    created_at INTEGER NOT NULL) STRICT;
CREATE TABLE trusts (
    account INTEGER NOT NULL REFERENCES accounts (number),
    trusted INTEGER NOT NULL REFERENCES accounts (number),
    PRIMARY KEY (account, trusted)) STRICT, WITHOUT ROWID;
CREATE TABLE organizations (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL REFERENCES accounts (number), name TEXT NOT NULL,
    parent_id INTEGER REFERENCES organizations (id), manager_id INTEGER, substitute_id INTEGER,
    financial_id TEXT, region TEXT, business_unit INTEGER NOT NULL DEFAULT 0,
    end_user_privacy INTEGER NOT NULL DEFAULT 0, disabled INTEGER NOT NULL DEFAULT 0,
    remarks TEXT, picture_uri TEXT, custom_fields TEXT NOT NULL DEFAULT '[]',
    source TEXT, source_id TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL)
    STRICT;
CREATE INDEX organizations_name ON organizations (account, name, id);
CREATE TABLE people (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL REFERENCES accounts (number), name TEXT NOT NULL,
    primary_email TEXT NOT NULL, email_folded TEXT NOT NULL UNIQUE, login TEXT UNIQUE,
    password TEXT, organization_id INTEGER REFERENCES organizations (id),
    manager_id INTEGER REFERENCES people (id), authentication_id TEXT UNIQUE, employee_id TEXT,
    support_id TEXT, support_folded TEXT, job_title TEXT, location TEXT, locale TEXT,
    time_zone TEXT, time_format_24h INTEGER NOT NULL DEFAULT 0, vip INTEGER NOT NULL DEFAULT 0,
    guest INTEGER NOT NULL DEFAULT 0, disabled INTEGER NOT NULL DEFAULT 0,
    exclude_team_notifications INTEGER NOT NULL DEFAULT 0,
    auto_translation INTEGER NOT NULL DEFAULT 0, oauth_person_enablement INTEGER NOT NULL DEFAULT 0,
    do_not_translate_languages TEXT, send_email_notifications INTEGER NOT NULL DEFAULT 10,
    show_notification_popup INTEGER NOT NULL DEFAULT 10, cost_per_hour INTEGER,
    cost_per_hour_currency TEXT, information TEXT, picture_uri TEXT,
    custom_fields TEXT NOT NULL DEFAULT '[]', source TEXT, source_id TEXT,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, login_folded TEXT) STRICT;
CREATE INDEX people_name ON people (account, name, id);
CREATE TABLE roles (
    person_id INTEGER NOT NULL REFERENCES people (id),
    account INTEGER NOT NULL REFERENCES accounts (number), roles INTEGER NOT NULL,
    PRIMARY KEY (person_id, account)) STRICT, WITHOUT ROWID;
CREATE TABLE teams (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL REFERENCES accounts (number), name TEXT NOT NULL,
    manager_id INTEGER REFERENCES people (id), coordinator_id INTEGER REFERENCES people (id),
    configuration_manager_id INTEGER REFERENCES people (id), disabled INTEGER NOT NULL DEFAULT 0,
    auto_assign INTEGER NOT NULL DEFAULT 0, inbound_email_local_part TEXT, picture_uri TEXT,
    remarks TEXT, time_zone TEXT, custom_fields TEXT NOT NULL DEFAULT '[]', source TEXT,
    source_id TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL) STRICT;
CREATE INDEX teams_name ON teams (account, name, id);
CREATE TABLE team_members (
    team_id INTEGER NOT NULL REFERENCES teams (id), person_id INTEGER NOT NULL REFERENCES people (id),
    PRIMARY KEY (team_id, person_id)) STRICT, WITHOUT ROWID;
CREATE INDEX team_members_person ON team_members (person_id, team_id);
CREATE TABLE tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT, person_id INTEGER NOT NULL REFERENCES people (id), name TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE, scopes TEXT NOT NULL, created_at INTEGER NOT NULL,
    expires_at INTEGER, revoked_at INTEGER, last_used_at INTEGER) STRICT;
CREATE INDEX tokens_person ON tokens (person_id, id);
CREATE TABLE services (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL REFERENCES accounts (number), name TEXT NOT NULL,
    provider_id INTEGER NOT NULL REFERENCES organizations (id),
    first_line_team_id INTEGER REFERENCES teams (id), support_team_id INTEGER REFERENCES teams (id),
    service_owner_id INTEGER, availability_manager_id INTEGER, capacity_manager_id INTEGER,
    change_manager_id INTEGER, continuity_manager_id INTEGER, knowledge_manager_id INTEGER,
    problem_manager_id INTEGER, release_manager_id INTEGER, description TEXT, keywords TEXT,
    disabled INTEGER NOT NULL DEFAULT 0, picture_uri TEXT,
    custom_fields TEXT NOT NULL DEFAULT '[]', source TEXT, source_id TEXT,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL) STRICT;
CREATE INDEX services_name ON services (account, name, id);
CREATE TABLE requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL REFERENCES accounts (number),
    life_cycle INTEGER NOT NULL, status INTEGER NOT NULL, subject TEXT NOT NULL,
    category INTEGER NOT NULL, impact INTEGER, next_target_at INTEGER NOT NULL,
    completed_at INTEGER, team_id INTEGER REFERENCES teams (id),
    member_id INTEGER REFERENCES people (id), service_id INTEGER REFERENCES services (id),
    grouped_into_id INTEGER REFERENCES requests (id), grouping INTEGER NOT NULL,
    source TEXT, source_id TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
    created_by_id INTEGER NOT NULL REFERENCES people (id),
    requested_by_id INTEGER NOT NULL REFERENCES people (id),
    requested_for_id INTEGER NOT NULL REFERENCES people (id),
    organization_id INTEGER REFERENCES organizations (id),
    supplier_id INTEGER REFERENCES organizations (id), supplier_request_id TEXT,
    completion_reason INTEGER, waiting_until INTEGER, desired_completion_at INTEGER,
    downtime_start_at INTEGER, downtime_end_at INTEGER, assignment_count INTEGER NOT NULL,
    reopen_count INTEGER NOT NULL, planned_effort INTEGER, resolution_duration INTEGER,
    addressed INTEGER NOT NULL, reviewed INTEGER NOT NULL, urgent INTEGER NOT NULL,
    provider_not_accountable INTEGER NOT NULL, provider_was_not_accountable INTEGER NOT NULL,
    satisfaction INTEGER, major_incident_status INTEGER, closure_code TEXT, rfc_type TEXT,
    checked_items TEXT, custom_fields TEXT NOT NULL, workflow_id INTEGER REFERENCES workflows (id)) STRICT;
CREATE INDEX requests_id ON requests (account, life_cycle, id);
CREATE INDEX requests_status ON requests (account, life_cycle, status, id);
CREATE INDEX requests_subject ON requests (account, life_cycle, subject, id);
CREATE INDEX requests_next_target_at ON requests (account, life_cycle, next_target_at, id);
CREATE INDEX requests_completed_at ON requests (account, life_cycle, completed_at, id);
CREATE INDEX requests_created_at ON requests (account, life_cycle, created_at, id);
CREATE INDEX requests_updated_at ON requests (account, life_cycle, updated_at, id);
CREATE INDEX requests_team_id ON requests (account, life_cycle, team_id, id);
CREATE INDEX requests_member_id ON requests (account, life_cycle, member_id, id);
CREATE INDEX requests_requested_by_id ON requests (account, life_cycle, requested_by_id, id);
CREATE INDEX requests_requested_for_id ON requests (account, life_cycle, requested_for_id, id);
CREATE INDEX requests_source_id ON requests (account, life_cycle, source_id, id);
CREATE TABLE notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT, owner_kind INTEGER NOT NULL, owner_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL REFERENCES people (id), text TEXT NOT NULL,
    internal INTEGER NOT NULL, internal_account_id INTEGER, medium INTEGER NOT NULL,
    source_id TEXT, created_at INTEGER NOT NULL) STRICT;
CREATE INDEX notes_owner ON notes (owner_kind, owner_id, id);
CREATE TABLE watches (
    id INTEGER PRIMARY KEY AUTOINCREMENT, subject_kind INTEGER NOT NULL, subject_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL REFERENCES people (id),
    added_by_id INTEGER NOT NULL REFERENCES people (id), created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL, life_cycle INTEGER NOT NULL DEFAULT 0, UNIQUE (subject_kind, subject_id, person_id)) STRICT;
CREATE INDEX watches_subject ON watches (subject_kind, subject_id, id);
CREATE TABLE audit_lines (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL, kind INTEGER NOT NULL,
    record_id INTEGER NOT NULL, action INTEGER NOT NULL, user_id INTEGER,
    created_by_id INTEGER, created_at INTEGER NOT NULL, changes TEXT NOT NULL) STRICT;
CREATE INDEX audit_lines_record ON audit_lines (kind, record_id, id);
CREATE TABLE archive_entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL, kind INTEGER NOT NULL,
    record_id INTEGER NOT NULL, life_cycle INTEGER NOT NULL, person_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL, UNIQUE (kind, record_id)) STRICT;
CREATE TABLE attachments (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL, owner_kind INTEGER NOT NULL,
    owner_id INTEGER NOT NULL, field TEXT NOT NULL, key TEXT NOT NULL,
    name TEXT NOT NULL, inline INTEGER NOT NULL, size INTEGER NOT NULL,
    created_by_id INTEGER NOT NULL REFERENCES people (id), created_at INTEGER NOT NULL,
    UNIQUE (owner_kind, owner_id, field, key)) STRICT;
CREATE INDEX attachments_owner ON attachments (owner_kind, owner_id, id);
CREATE INDEX attachments_key ON attachments (key);
CREATE TABLE file_removals (
    key TEXT PRIMARY KEY, created_at INTEGER NOT NULL) STRICT;
CREATE TABLE sweeps (
    name TEXT PRIMARY KEY, claimed_at INTEGER NOT NULL, done_through INTEGER NOT NULL)
    STRICT;
CREATE TABLE workflows (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL REFERENCES accounts (number),
    life_cycle INTEGER NOT NULL, status INTEGER NOT NULL, subject TEXT NOT NULL,
    category INTEGER NOT NULL, impact INTEGER NOT NULL, justification INTEGER NOT NULL,
    manager_id INTEGER NOT NULL REFERENCES people (id),
    service_id INTEGER NOT NULL REFERENCES services (id), completion_reason INTEGER,
    completed_at INTEGER, completion_target_at INTEGER, start_at INTEGER,
    planned_effort INTEGER NOT NULL, resolution_duration INTEGER,
    prevent_request_completion INTEGER NOT NULL, workflow_type TEXT, custom_fields TEXT NOT NULL,
    source TEXT, source_id TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, release_id INTEGER REFERENCES releases (id))
    STRICT;
CREATE TABLE phases (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL REFERENCES accounts (number),
    workflow_id INTEGER NOT NULL REFERENCES workflows (id), name TEXT NOT NULL, source_id TEXT,
    position INTEGER NOT NULL, status INTEGER NOT NULL, started_at INTEGER,
    completed_at INTEGER, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL)
    STRICT;
CREATE INDEX phases_workflow ON phases (workflow_id, id);
CREATE TABLE tasks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL REFERENCES accounts (number),
    life_cycle INTEGER NOT NULL, status INTEGER NOT NULL,
    workflow_id INTEGER NOT NULL REFERENCES workflows (id), subject TEXT NOT NULL,
    category INTEGER NOT NULL, impact INTEGER NOT NULL,
    team_id INTEGER NOT NULL REFERENCES teams (id), member_id INTEGER REFERENCES people (id),
    manager_id INTEGER NOT NULL REFERENCES people (id), phase_id INTEGER REFERENCES phases (id),
    failure_task_id INTEGER REFERENCES tasks (id), planned_duration INTEGER NOT NULL,
    planned_effort INTEGER, start_at INTEGER, waiting_until INTEGER, assigned_at INTEGER,
    completion_target_at INTEGER, finished_at INTEGER, resolution_duration INTEGER,
    required_approvals INTEGER NOT NULL, rejection_count INTEGER NOT NULL, instructions TEXT,
    checked_items TEXT, supplier_id INTEGER REFERENCES organizations (id),
    supplier_request_id TEXT, urgent INTEGER NOT NULL, provider_not_accountable INTEGER NOT NULL,
    work_hours_are_24x7 INTEGER NOT NULL, custom_fields TEXT NOT NULL, source TEXT,
    source_id TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, copy_note_to_workflow INTEGER NOT NULL DEFAULT 0, copy_note_to_request INTEGER NOT NULL DEFAULT 0)
    STRICT;
CREATE INDEX tasks_workflow ON tasks (workflow_id, id);
CREATE INDEX tasks_failure ON tasks (failure_task_id) WHERE failure_task_id IS NOT NULL;
CREATE TABLE task_links (
    task_id INTEGER NOT NULL REFERENCES tasks (id), successor_id INTEGER NOT NULL REFERENCES tasks (id),
    workflow_id INTEGER NOT NULL REFERENCES workflows (id), PRIMARY KEY (task_id, successor_id))
    STRICT, WITHOUT ROWID;
CREATE INDEX task_links_successor ON task_links (successor_id, task_id);
CREATE INDEX task_links_workflow ON task_links (workflow_id, task_id, successor_id);
CREATE INDEX workflows_by_id ON workflows (account, life_cycle, id);
CREATE INDEX workflows_by_status ON workflows (account, life_cycle, status, id);
CREATE INDEX workflows_by_subject ON workflows (account, life_cycle, subject, id);
CREATE INDEX workflows_by_manager_id ON workflows (account, life_cycle, manager_id, id);
CREATE INDEX workflows_by_service_id ON workflows (account, life_cycle, service_id, id);
CREATE INDEX workflows_by_completion_target_at ON workflows (account, life_cycle, completion_target_at, id);
CREATE INDEX workflows_by_completed_at ON workflows (account, life_cycle, completed_at, id);
CREATE INDEX workflows_by_created_at ON workflows (account, life_cycle, created_at, id);
CREATE INDEX workflows_by_updated_at ON workflows (account, life_cycle, updated_at, id);
CREATE INDEX workflows_by_source_id ON workflows (account, life_cycle, source_id, id);
CREATE INDEX tasks_by_id ON tasks (account, life_cycle, id);
CREATE INDEX tasks_by_status ON tasks (account, life_cycle, status, id);
CREATE INDEX tasks_by_subject ON tasks (account, life_cycle, subject, id);
CREATE INDEX tasks_by_team_id ON tasks (account, life_cycle, team_id, id);
CREATE INDEX tasks_by_member_id ON tasks (account, life_cycle, member_id, id);
CREATE INDEX tasks_by_manager_id ON tasks (account, life_cycle, manager_id, id);
CREATE INDEX tasks_by_completion_target_at ON tasks (account, life_cycle, completion_target_at, id);
CREATE INDEX tasks_by_finished_at ON tasks (account, life_cycle, finished_at, id);
CREATE INDEX tasks_by_created_at ON tasks (account, life_cycle, created_at, id);
CREATE INDEX tasks_by_updated_at ON tasks (account, life_cycle, updated_at, id);
CREATE INDEX tasks_by_source_id ON tasks (account, life_cycle, source_id, id);
CREATE TABLE approvals (
    id INTEGER PRIMARY KEY AUTOINCREMENT, task_id INTEGER NOT NULL REFERENCES tasks (id),
    approver_id INTEGER NOT NULL REFERENCES people (id), status INTEGER NOT NULL,
    planned_effort INTEGER, summary_key TEXT, summary_size INTEGER,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, summary_digest TEXT, UNIQUE (task_id, approver_id))
    STRICT;
CREATE INDEX approvals_task ON approvals (task_id, id);
CREATE INDEX approvals_approver ON approvals (approver_id, task_id);
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind INTEGER NOT NULL, record_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL, repeats INTEGER NOT NULL DEFAULT 0, UNIQUE (kind, record_id)) STRICT;
CREATE TABLE due (
    kind INTEGER NOT NULL, record_id INTEGER NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (kind, record_id)) STRICT, WITHOUT ROWID;
CREATE INDEX due_at ON due (at);
CREATE TABLE heartbeats (name TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;
CREATE INDEX requests_category ON requests (account, life_cycle, category, id);
CREATE INDEX requests_impact ON requests (account, life_cycle, impact, id);
CREATE INDEX requests_service_id ON requests (account, life_cycle, service_id, id);
CREATE INDEX requests_organization_id ON requests (account, life_cycle, organization_id, id);
CREATE INDEX requests_created_by_id ON requests (account, life_cycle, created_by_id, id);
CREATE INDEX requests_grouped ON requests (account, life_cycle, grouped_into_id, id) WHERE grouped_into_id IS NOT NULL;
CREATE INDEX requests_workflow ON requests (account, life_cycle, workflow_id, id) WHERE workflow_id IS NOT NULL;
CREATE INDEX requests_supplier ON requests (account, life_cycle, supplier_request_id, id) WHERE supplier_request_id IS NOT NULL;
CREATE INDEX requests_open ON requests (account, life_cycle, id) WHERE status <> 80;
CREATE INDEX requests_open_team ON requests (account, life_cycle, team_id, id) WHERE status <> 80;
CREATE INDEX requests_open_member ON requests (account, life_cycle, member_id, id) WHERE status <> 80;
CREATE INDEX requests_review ON requests (account, life_cycle, status, id) WHERE status = 80 AND reviewed = 0;
CREATE INDEX people_id ON people (account, id);
CREATE INDEX people_by_source_id ON people (account, source_id, id);
CREATE INDEX people_by_organization_id ON people (account, organization_id, id);
CREATE INDEX people_by_manager_id ON people (account, manager_id, id);
CREATE INDEX people_by_employee_id ON people (account, employee_id, id);
CREATE INDEX people_by_support_folded ON people (account, support_folded, id);
CREATE INDEX people_by_created_at ON people (account, created_at, id);
CREATE INDEX people_by_updated_at ON people (account, updated_at, id);
CREATE INDEX teams_id ON teams (account, id);
CREATE INDEX teams_by_source_id ON teams (account, source_id, id);
CREATE INDEX teams_by_created_at ON teams (account, created_at, id);
CREATE INDEX teams_by_updated_at ON teams (account, updated_at, id);
CREATE INDEX organizations_id ON organizations (account, id);
CREATE INDEX organizations_by_source_id ON organizations (account, source_id, id);
CREATE INDEX organizations_by_parent_id ON organizations (account, parent_id, id);
CREATE INDEX organizations_by_financial_id ON organizations (account, financial_id, id);
CREATE INDEX organizations_by_created_at ON organizations (account, created_at, id);
CREATE INDEX organizations_by_updated_at ON organizations (account, updated_at, id);
CREATE INDEX services_id ON services (account, id);
CREATE INDEX services_by_source_id ON services (account, source_id, id);
CREATE INDEX services_by_provider_id ON services (account, provider_id, id);
CREATE INDEX services_by_support_team_id ON services (account, support_team_id, id);
CREATE INDEX services_by_created_at ON services (account, created_at, id);
CREATE INDEX services_by_updated_at ON services (account, updated_at, id);
CREATE INDEX grants_holder ON grants (holder, kind, life_cycle, record_id);
CREATE INDEX watches_person ON watches (person_id, subject_kind, life_cycle, subject_id);
CREATE TABLE uploads (
    key TEXT PRIMARY KEY, account INTEGER NOT NULL, person_id INTEGER NOT NULL,
    size INTEGER NOT NULL, created_at INTEGER NOT NULL) STRICT;
CREATE INDEX uploads_account ON uploads (account, created_at, size);
CREATE INDEX uploads_person ON uploads (person_id, created_at, size);
CREATE UNIQUE INDEX people_login_folded ON people (login_folded);
CREATE TABLE releases (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL REFERENCES accounts (number),
    life_cycle INTEGER NOT NULL, status INTEGER NOT NULL, subject TEXT NOT NULL,
    impact INTEGER NOT NULL, manager_id INTEGER NOT NULL REFERENCES people (id),
    completion_target_at INTEGER, completed_at INTEGER, completion_reason INTEGER,
    custom_fields TEXT NOT NULL, source TEXT, source_id TEXT,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL) STRICT;
CREATE INDEX workflows_release ON workflows (account, life_cycle, release_id, id)
    WHERE release_id IS NOT NULL;
CREATE INDEX releases_by_id ON releases (account, life_cycle, id);
CREATE INDEX releases_by_status ON releases (account, life_cycle, status, id);
CREATE INDEX releases_by_subject ON releases (account, life_cycle, subject, id);
CREATE INDEX releases_by_impact ON releases (account, life_cycle, impact, id);
CREATE INDEX releases_by_manager_id ON releases (account, life_cycle, manager_id, id);
CREATE INDEX releases_by_completion_target_at ON releases (account, life_cycle, completion_target_at, id);
CREATE INDEX releases_by_completed_at ON releases (account, life_cycle, completed_at, id);
CREATE INDEX releases_by_created_at ON releases (account, life_cycle, created_at, id);
CREATE INDEX releases_by_updated_at ON releases (account, life_cycle, updated_at, id);
CREATE INDEX releases_by_source_id ON releases (account, life_cycle, source_id, id);
CREATE INDEX archive_entries_by_id ON archive_entries (account, life_cycle, id);
CREATE INDEX archive_entries_by_created_at ON archive_entries (account, life_cycle, created_at, id);
INSERT INTO accounts (number, id, name, time_zone, locale, currency, default_team_id, organization_id, owner_id, created_at) VALUES (1, 'a', 'a', 'a', 'a', 'a', 1, 1, 1, 1);
INSERT INTO approvals (id, task_id, approver_id, status, planned_effort, summary_key, summary_size, created_at, updated_at, summary_digest) VALUES (1, 1, 1, 1, 1, 'a', 1, 1, 1, 'a');
INSERT INTO archive_entries (id, account, kind, record_id, life_cycle, person_id, created_at) VALUES (1, 1, 1, 1, 0, 1, 1);
INSERT INTO attachments (id, account, owner_kind, owner_id, field, key, name, inline, size, created_by_id, created_at) VALUES (1, 1, 1, 1, 'a', 'a', 'a', 1, 1, 1, 1);
INSERT INTO audit_lines (id, account, kind, record_id, action, user_id, created_by_id, created_at, changes) VALUES (1, 1, 1, 1, 1, 1, 1, 1, '{}');
INSERT INTO due (kind, record_id, at) VALUES (1, 1, 1);
INSERT INTO epochs (id, value) VALUES (1, 1);
INSERT INTO file_removals (key, created_at) VALUES ('a', 1);
INSERT INTO grants (holder, kind, account, life_cycle, record_id) VALUES (1, 1, 1, 0, 1);
INSERT INTO heartbeats (name, at) VALUES ('a', 1);
INSERT INTO jobs (id, kind, record_id, created_at, repeats) VALUES (1, 1, 1, 1, 1);
INSERT INTO migrations (number, name, applied_at) VALUES (1, 'accounts, people, teams, organizations, services, requests, notes, watches', 1);
INSERT INTO migrations (number, name, applied_at) VALUES (2, 'attachments', 1);
INSERT INTO migrations (number, name, applied_at) VALUES (3, 'workflows, tasks, approvals, what comes due', 1);
INSERT INTO migrations (number, name, applied_at) VALUES (4, 'keys first, indexes of everyday lists, one-line texts', 1);
INSERT INTO migrations (number, name, applied_at) VALUES (5, 'who is named anywhere sees, approvers see their workflow, uploads are counted', 1);
INSERT INTO migrations (number, name, applied_at) VALUES (6, 'addresses and logins in one spelling, notes that are copied, what waits comes due, summaries follow', 1);
INSERT INTO migrations (number, name, applied_at) VALUES (7, 'releases, lists of what is archived and trashed', 1);
INSERT INTO notes (id, owner_kind, owner_id, person_id, text, internal, internal_account_id, medium, source_id, created_at) VALUES (1, 1, 1, 1, 'a', 1, 1, 1, 'a', 1);
INSERT INTO organizations (id, account, name, parent_id, manager_id, substitute_id, financial_id, region, business_unit, end_user_privacy, disabled, remarks, picture_uri, custom_fields, source, source_id, created_at, updated_at) VALUES (1, 1, 'a', 1, 1, 1, 'a', 'a', 1, 1, 1, 'a', 'https://a.example/a.png', '[]', 'a', 'a', 1, 1);
INSERT INTO people (id, account, name, primary_email, email_folded, login, password, organization_id, manager_id, authentication_id, employee_id, support_id, support_folded, job_title, location, locale, time_zone, time_format_24h, vip, guest, disabled, exclude_team_notifications, auto_translation, oauth_person_enablement, do_not_translate_languages, send_email_notifications, show_notification_popup, cost_per_hour, cost_per_hour_currency, information, picture_uri, custom_fields, source, source_id, created_at, updated_at, login_folded) VALUES (1, 1, 'a', 'a', 'a', 'a', 'a', 1, 1, 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'a', 1, 1, 1, 1, 1, 1, 1, '[]', 1, 1, 1, 'a', 'a', 'https://a.example/a.png', '[]', 'a', 'a', 1, 1, 'a');
INSERT INTO phases (id, account, workflow_id, name, source_id, position, status, started_at, completed_at, created_at, updated_at) VALUES (1, 1, 1, 'a', 'a', 1, 1, 1, 1, 1, 1);
INSERT INTO releases (id, account, life_cycle, status, subject, impact, manager_id, completion_target_at, completed_at, completion_reason, custom_fields, source, source_id, created_at, updated_at) VALUES (1, 1, 0, 1, 'a', 1, 1, 1, 1, 1, '[]', 'a', 'a', 1, 1);
INSERT INTO requests (id, account, life_cycle, status, subject, category, impact, next_target_at, completed_at, team_id, member_id, service_id, grouped_into_id, grouping, source, source_id, created_at, updated_at, created_by_id, requested_by_id, requested_for_id, organization_id, supplier_id, supplier_request_id, completion_reason, waiting_until, desired_completion_at, downtime_start_at, downtime_end_at, assignment_count, reopen_count, planned_effort, resolution_duration, addressed, reviewed, urgent, provider_not_accountable, provider_was_not_accountable, satisfaction, major_incident_status, closure_code, rfc_type, checked_items, custom_fields, workflow_id) VALUES (1, 1, 0, 1, 'a', 1, 1, 1, 1, 1, 1, 1, 1, 1, 'a', 'a', 1, 1, 1, 1, 1, 1, 1, 'a', 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 'a', 'a', '[]', '[]', 1);
INSERT INTO roles (person_id, account, roles) VALUES (1, 1, 1);
INSERT INTO secrets (name, value) VALUES ('signing', '0000000000000000000000000000000000000000000000000000000000000000');
INSERT INTO services (id, account, name, provider_id, first_line_team_id, support_team_id, service_owner_id, availability_manager_id, capacity_manager_id, change_manager_id, continuity_manager_id, knowledge_manager_id, problem_manager_id, release_manager_id, description, keywords, disabled, picture_uri, custom_fields, source, source_id, created_at, updated_at) VALUES (1, 1, 'a', 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 'a', 'a', 1, 'https://a.example/a.png', '[]', 'a', 'a', 1, 1);
INSERT INTO sweeps (name, claimed_at, done_through) VALUES ('a', 1, 1);
INSERT INTO tallies (resource, account, life_cycle, status, shard, total) VALUES (1, 1, 0, 1, 1, 1);
INSERT INTO task_links (task_id, successor_id, workflow_id) VALUES (1, 1, 1);
INSERT INTO tasks (id, account, life_cycle, status, workflow_id, subject, category, impact, team_id, member_id, manager_id, phase_id, failure_task_id, planned_duration, planned_effort, start_at, waiting_until, assigned_at, completion_target_at, finished_at, resolution_duration, required_approvals, rejection_count, instructions, checked_items, supplier_id, supplier_request_id, urgent, provider_not_accountable, work_hours_are_24x7, custom_fields, source, source_id, created_at, updated_at, copy_note_to_workflow, copy_note_to_request) VALUES (1, 1, 0, 1, 1, 'a', 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 'a', '[]', 1, 'a', 1, 1, 1, '[]', 'a', 'a', 1, 1, 1, 1);
INSERT INTO team_members (team_id, person_id) VALUES (1, 1);
INSERT INTO teams (id, account, name, manager_id, coordinator_id, configuration_manager_id, disabled, auto_assign, inbound_email_local_part, picture_uri, remarks, time_zone, custom_fields, source, source_id, created_at, updated_at) VALUES (1, 1, 'a', 1, 1, 1, 1, 1, 'a', 'https://a.example/a.png', 'a', 'a', '[]', 'a', 'a', 1, 1);
INSERT INTO tokens (id, person_id, name, digest, scopes, created_at, expires_at, revoked_at, last_used_at) VALUES (1, 1, 'a', 'a', 'a', 1, 1, 1, 1);
INSERT INTO trusts (account, trusted) VALUES (1, 1);
INSERT INTO uploads (key, account, person_id, size, created_at) VALUES ('a', 1, 1, 1, 1);
INSERT INTO watches (id, subject_kind, subject_id, person_id, added_by_id, created_at, updated_at, life_cycle) VALUES (1, 1, 1, 1, 1, 1, 1, 0);
INSERT INTO workflows (id, account, life_cycle, status, subject, category, impact, justification, manager_id, service_id, completion_reason, completed_at, completion_target_at, start_at, planned_effort, resolution_duration, prevent_request_completion, workflow_type, custom_fields, source, source_id, created_at, updated_at, release_id) VALUES (1, 1, 0, 1, 'a', 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 'a', '[]', 'a', 'a', 1, 1, 1);
