using Dapper;
using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Sessions;
using MySqlConnector;

namespace GuacAspire.Gateway.Authentication;

/// <summary>Makes accounts for users who signed in by another way. Their password is one that nobody has.</summary>
internal sealed class AccountCreator(Database database)
{
    public async Task<Account> CreateAsync(MySqlConnection connection, string name)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        // Two first sign-ins at once make one account.
        await connection.ExecuteAsync(
            """
            INSERT IGNORE INTO guacamole_entity (name, type) VALUES (@name, 'USER');
            INSERT IGNORE INTO guacamole_user (entity_id, password_hash, password_salt, password_date)
            SELECT entity_id, @hash, @salt, @now FROM guacamole_entity WHERE name = @name AND type = 'USER';
            INSERT IGNORE INTO guacamole_user_permission (entity_id, affected_user_id, permission)
            SELECT entity_id, user_id, 'READ' FROM guacamole_user
            WHERE entity_id = (SELECT entity_id FROM guacamole_entity WHERE name = @name AND type = 'USER')
            """,
            new { name, hash = PasswordHash.Unusable(), salt = PasswordHash.NewSalt(), now = database.Now },
            transaction);
        await transaction.CommitAsync();
        return (await AccountReader.FindAsync(connection, name))!;
    }
}
