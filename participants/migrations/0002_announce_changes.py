"""Announces every change of a client or of its grant from inside the database, so that one made behind the services'
back (psql, QuerySet.update) also ends what the web processes keep of this client.

The announcement is that of `vtn.polling.state.Move`: a JSON list of a random number and the names of what changed.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION participants_announce(clients text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    named text;
BEGIN
    FOR named IN SELECT DISTINCT unnest(clients) LOOP
        IF named IS NOT NULL THEN
            PERFORM pg_notify(
                'vtn_versions',
                json_build_array(floor(random() * 9007199254740991)::bigint, 'client:' || named)::text
            );
        END IF;
    END LOOP;
END $$;

-- For participants_client and participants_ven, which both name the client in the column client_id. In a DELETE
-- there is no NEW and its fields are null, as OLD's are in an INSERT.
CREATE FUNCTION participants_client_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM participants_announce(ARRAY[OLD.client_id, NEW.client_id]);
    RETURN NULL;
END $$;

CREATE FUNCTION participants_resource_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM participants_announce(
        ARRAY(SELECT client_id FROM participants_ven WHERE id IN (OLD.ven_id, NEW.ven_id))
    );
    RETURN NULL;
END $$;

CREATE FUNCTION participants_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify(
        'vtn_versions', json_build_array(floor(random() * 9007199254740991)::bigint, 'everything')::text
    );
    RETURN NULL;
END $$;

CREATE TRIGGER participants_client_changed AFTER INSERT OR UPDATE OR DELETE ON participants_client
    FOR EACH ROW EXECUTE FUNCTION participants_client_changed();
CREATE TRIGGER participants_ven_changed AFTER INSERT OR UPDATE OR DELETE ON participants_ven
    FOR EACH ROW EXECUTE FUNCTION participants_client_changed();
CREATE TRIGGER participants_resource_changed AFTER INSERT OR UPDATE OR DELETE ON participants_resource
    FOR EACH ROW EXECUTE FUNCTION participants_resource_changed();
CREATE TRIGGER participants_client_emptied AFTER TRUNCATE ON participants_client
    FOR EACH STATEMENT EXECUTE FUNCTION participants_emptied();
CREATE TRIGGER participants_ven_emptied AFTER TRUNCATE ON participants_ven
    FOR EACH STATEMENT EXECUTE FUNCTION participants_emptied();
CREATE TRIGGER participants_resource_emptied AFTER TRUNCATE ON participants_resource
    FOR EACH STATEMENT EXECUTE FUNCTION participants_emptied();
"""

BACKWARDS = """
DROP TRIGGER participants_client_changed ON participants_client;
DROP TRIGGER participants_ven_changed ON participants_ven;
DROP TRIGGER participants_resource_changed ON participants_resource;
DROP TRIGGER participants_client_emptied ON participants_client;
DROP TRIGGER participants_ven_emptied ON participants_ven;
DROP TRIGGER participants_resource_emptied ON participants_resource;
DROP FUNCTION participants_client_changed, participants_resource_changed, participants_emptied;
DROP FUNCTION participants_announce;
"""


class Migration(migrations.Migration):
    dependencies = [("participants", "0001_initial")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
