"""What tills have recorded, and the limits and leases that it settles."""

STATEMENTS = (
    """
    CREATE TABLE limits (
        network_id bigint NOT NULL,
        kind text NOT NULL,
        subject bigint NOT NULL,
        guest bigint DEFAULT 0 NOT NULL,
        total bigint NOT NULL,
        pool bigint NOT NULL,
        outstanding bigint DEFAULT 0 NOT NULL,
        spent bigint DEFAULT 0 NOT NULL,
        burnt bigint DEFAULT 0 NOT NULL,
        exposure bigint DEFAULT 0 NOT NULL,
        CONSTRAINT pk_limits PRIMARY KEY (network_id, kind, subject, guest),
        CONSTRAINT ck_limits_kind
            CHECK (kind IN ('uses', 'guest_uses', 'points', 'budget', 'credit', 'risk')),
        CONSTRAINT ck_limits_equation CHECK (pool + outstanding + spent + burnt = total + exposure),
        CONSTRAINT ck_limits_not_negative
            CHECK (total >= 0 AND pool >= 0 AND outstanding >= 0 AND spent >= 0
            AND burnt >= 0 AND exposure >= 0)
    )
    """,
    """
    CREATE TABLE leases (
        network_id bigint NOT NULL,
        id uuid NOT NULL,
        till_id bigint NOT NULL,
        incarnation integer NOT NULL,
        kind text NOT NULL,
        subject bigint NOT NULL,
        guest bigint DEFAULT 0 NOT NULL,
        units bigint NOT NULL,
        settled bigint DEFAULT 0 NOT NULL,
        state text DEFAULT 'open' NOT NULL,
        granted_at timestamptz DEFAULT now() NOT NULL,
        expires_at timestamptz,
        operation uuid,
        sale_bound boolean DEFAULT false NOT NULL,
        recall boolean DEFAULT false NOT NULL,
        body bytea NOT NULL,
        signature bytea NOT NULL,
        CONSTRAINT pk_leases PRIMARY KEY (network_id, id),
        CONSTRAINT fk_leases_network_id_till_id
            FOREIGN KEY(network_id, till_id)
            REFERENCES tills (network_id, id),
        CONSTRAINT fk_leases_network_id_kind_subject_guest
            FOREIGN KEY(network_id, kind, subject, guest)
            REFERENCES limits (network_id, kind, subject, guest),
        CONSTRAINT uq_leases_network_id_till_id_operation UNIQUE (network_id, till_id, operation),
        CONSTRAINT ck_leases_state CHECK (state IN ('open', 'closed', 'burnt')),
        CONSTRAINT ck_leases_units CHECK (units > 0 AND settled >= 0 AND settled <= units)
    )
    """,
    "CREATE INDEX ix_leases_open_by_limit ON leases (network_id, kind, subject, guest) WHERE state = 'open'",
    "CREATE INDEX ix_leases_open_by_till ON leases (network_id, till_id) WHERE state = 'open'",
    """
    CREATE TABLE incarnations (
        network_id bigint NOT NULL,
        till_id bigint NOT NULL,
        incarnation integer NOT NULL,
        public_key bytea NOT NULL,
        applied_seq bigint DEFAULT 0 NOT NULL,
        applied_hash bytea DEFAULT decode(repeat('00', 32), 'hex') NOT NULL,
        safe_seq bigint,
        opened_at timestamptz DEFAULT now() NOT NULL,
        fenced boolean DEFAULT false NOT NULL,
        CONSTRAINT pk_incarnations PRIMARY KEY (network_id, till_id, incarnation),
        CONSTRAINT fk_incarnations_network_id_till_id
            FOREIGN KEY(network_id, till_id)
            REFERENCES tills (network_id, id),
        CONSTRAINT ck_incarnations_place CHECK (incarnation > 0 AND applied_seq >= 0)
    )
    """,
    """
    CREATE TABLE events (
        network_id bigint NOT NULL,
        till_id bigint NOT NULL,
        incarnation integer NOT NULL,
        branch smallint DEFAULT 0 NOT NULL,
        seq bigint NOT NULL,
        event uuid NOT NULL,
        kind text NOT NULL,
        kind_version integer NOT NULL,
        hash bytea NOT NULL,
        body bytea NOT NULL,
        signature bytea NOT NULL,
        received_at timestamptz DEFAULT now() NOT NULL,
        applied boolean DEFAULT false NOT NULL,
        quarantined text,
        code_id bigint,
        CONSTRAINT pk_events PRIMARY KEY (network_id, till_id, incarnation, branch, seq),
        CONSTRAINT uq_events_network_id_event UNIQUE (network_id, event),
        CONSTRAINT ck_events_place CHECK (seq > 0 AND branch >= 0)
    )
    """,
    "CREATE INDEX ix_events_quarantined ON events (network_id, till_id) WHERE quarantined IS NOT NULL",
    """
    CREATE TABLE redemptions (
        network_id bigint NOT NULL,
        event uuid NOT NULL,
        code_id bigint NOT NULL,
        campaign_id bigint NOT NULL,
        till_id bigint NOT NULL,
        restaurant_id bigint NOT NULL,
        guest_id bigint,
        sale uuid,
        at timestamptz NOT NULL,
        discount_minor bigint DEFAULT 0 NOT NULL,
        points bigint DEFAULT 0 NOT NULL,
        by text NOT NULL,
        source text NOT NULL,
        staff_id bigint,
        lease uuid,
        CONSTRAINT pk_redemptions PRIMARY KEY (network_id, event)
    )
    """,
    "CREATE INDEX ix_redemptions_network_id_at ON redemptions (network_id, at)",
    "CREATE INDEX ix_redemptions_network_id_code_id ON redemptions (network_id, code_id)",
    """
    CREATE TABLE attempts (
        network_id bigint NOT NULL,
        event uuid NOT NULL,
        till_id bigint NOT NULL,
        at timestamptz NOT NULL,
        reason text NOT NULL,
        code_id bigint,
        digest bytea NOT NULL,
        source text NOT NULL,
        staff_id bigint,
        CONSTRAINT pk_attempts PRIMARY KEY (network_id, event)
    )
    """,
    "CREATE INDEX ix_attempts_network_id_at ON attempts (network_id, at)",
    """
    CREATE TABLE sales (
        network_id bigint NOT NULL,
        event uuid NOT NULL,
        till_id bigint NOT NULL,
        restaurant_id bigint NOT NULL,
        staff_id bigint,
        guest_id bigint,
        at timestamptz NOT NULL,
        receipt bigint NOT NULL,
        currency text NOT NULL,
        total_minor bigint NOT NULL,
        discount_minor bigint NOT NULL,
        paid_minor bigint NOT NULL,
        tier_discount_minor bigint DEFAULT 0 NOT NULL,
        points_earned bigint DEFAULT 0 NOT NULL,
        vip boolean DEFAULT false NOT NULL,
        lines jsonb NOT NULL,
        CONSTRAINT pk_sales PRIMARY KEY (network_id, event)
    )
    """,
    "CREATE INDEX ix_sales_network_id_at ON sales (network_id, at)",
    "CREATE INDEX ix_sales_network_id_guest_id ON sales (network_id, guest_id)",
    """
    CREATE TABLE cases (
        network_id bigint NOT NULL,
        id bigint GENERATED BY DEFAULT AS IDENTITY,
        kind text NOT NULL,
        till_id bigint,
        event uuid,
        opened_at timestamptz DEFAULT now() NOT NULL,
        detail jsonb DEFAULT '{}' NOT NULL,
        owner bigint,
        outcome text,
        closed_at timestamptz,
        CONSTRAINT pk_cases PRIMARY KEY (network_id, id)
    )
    """,
    "CREATE INDEX ix_cases_open ON cases (network_id, id) WHERE closed_at IS NULL",
)
