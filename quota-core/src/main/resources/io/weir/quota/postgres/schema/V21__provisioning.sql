-- What a reseller may provision, and what it has. One row each, made with the first change of it: its
-- lock puts all changes of one reseller's provisioning in turn, and usage is the sum of what exists.
CREATE TABLE provisioning (
    reseller_id   uuid    PRIMARY KEY REFERENCES reseller ON DELETE CASCADE,
    max_tenants   bigint  CHECK (max_tenants >= 0),
    max_vdcs      bigint  CHECK (max_vdcs >= 0),
    max_vms       bigint  CHECK (max_vms >= 0),
    allow_payg    boolean NOT NULL DEFAULT true,
    max_cpu       bigint  CHECK (max_cpu > 0),
    max_memory_gb bigint  CHECK (max_memory_gb > 0)
);
COMMENT ON TABLE provisioning IS 'a null maximum is unlimited, and one of 0 lets nothing be created';

-- Data centers, storage policies and backup storages, with what of them is allocated. Their ids may be
-- given, as they are known elsewhere, so that two resellers may have the same.
CREATE TABLE facility (
    reseller_id uuid        NOT NULL REFERENCES provisioning ON DELETE CASCADE,
    id          uuid        NOT NULL,
    kind        text        NOT NULL CHECK (kind IN ('data_center', 'storage_policy', 'backup_storage')),
    name        text        NOT NULL,
    allocated   boolean     NOT NULL DEFAULT false,
    max_gb      bigint      CHECK (max_gb > 0),
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (reseller_id, id),
    CONSTRAINT only_what_is_allocated_has_a_maximum CHECK (max_gb IS NULL OR allocated AND kind <> 'data_center')
);

-- What counts: tenants, VDCs and VMs. A VDC is a tenant's, a VM a VDC's; those that a gateway saw made
-- may be nobody's.
CREATE TABLE entity (
    reseller_id    uuid        NOT NULL REFERENCES provisioning ON DELETE CASCADE,
    id             uuid        NOT NULL,
    kind           text        NOT NULL CHECK (kind IN ('tenant', 'vdc', 'vm')),
    name           text        NOT NULL,
    parent_id      uuid,
    data_center_id uuid,
    type           text        CHECK (type IN ('payg', 'allocation')),
    cpu            bigint      NOT NULL DEFAULT 0 CHECK (cpu >= 0),
    memory_gb      bigint      NOT NULL DEFAULT 0 CHECK (memory_gb >= 0),
    reference      text,
    reserved_until timestamptz,
    created_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (reseller_id, id),
    FOREIGN KEY (reseller_id, parent_id) REFERENCES entity,
    FOREIGN KEY (reseller_id, data_center_id) REFERENCES facility,
    CONSTRAINT a_reference_names_one_entity UNIQUE (reseller_id, kind, reference)
);
CREATE INDEX ON entity (reseller_id, kind, id) INCLUDE (cpu, memory_gb, reserved_until);
CREATE INDEX ON entity (reseller_id, parent_id);
CREATE INDEX ON entity (reseller_id, data_center_id);
COMMENT ON COLUMN entity.reference IS 'what an upstream calls it that made it behind a gateway';
COMMENT ON COLUMN entity.reserved_until IS
    'of one that a gateway has asked an upstream for: until then its place is taken; null once it exists';

-- Of storage policies and backup storages.
CREATE TABLE entity_share (
    reseller_id uuid   NOT NULL,
    entity_id   uuid   NOT NULL,
    facility_id uuid   NOT NULL,
    gb          bigint NOT NULL CHECK (gb > 0),
    PRIMARY KEY (reseller_id, entity_id, facility_id),
    FOREIGN KEY (reseller_id, entity_id) REFERENCES entity ON DELETE CASCADE,
    FOREIGN KEY (reseller_id, facility_id) REFERENCES facility
);
CREATE INDEX ON entity_share (reseller_id, facility_id) INCLUDE (gb);

GRANT SELECT, INSERT, UPDATE, DELETE ON provisioning, facility, entity, entity_share TO ${adminRole};
