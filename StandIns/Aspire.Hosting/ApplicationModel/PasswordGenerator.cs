using System.Security.Cryptography;

namespace Aspire.Hosting.ApplicationModel;

internal static class PasswordGenerator
{
    // Without the characters that look alike, and only specials that need no quoting in a connection string or a URL's user part.
    private const string LowerCase = "abcdefghjkmnpqrstuvwxyz";
    private const string UpperCase = "ABCDEFGHJKMNPQRSTUVWXYZ";
    private const string Digits = "0123456789";
    private const string Specials = "-_.{}~()*+!";

    public static string Generate(int minLength, bool lower, bool upper, bool numeric, bool special,
        int minLower, int minUpper, int minNumeric, int minSpecial)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minLength, 128);

        (string Characters, int Minimum, bool Allowed)[] classes =
            [(LowerCase, minLower, lower), (UpperCase, minUpper, upper), (Digits, minNumeric, numeric), (Specials, minSpecial, special)];
        foreach (var (_, minimum, allowed) in classes)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(minimum, nameof(minLength));
            if (minimum > 0 && !allowed)
                throw new ArgumentException("A minimum is given for a class of characters that is switched off.", nameof(minLength));
        }

        var alphabet = string.Concat(classes.Where(c => c.Allowed).Select(c => c.Characters));
        if (alphabet.Length == 0) throw new ArgumentException("At least one class of characters must be allowed.", nameof(minLength));

        var required = classes.SelectMany(c => RandomNumberGenerator.GetItems<char>(c.Characters, c.Minimum)).ToList();
        required.AddRange(RandomNumberGenerator.GetItems<char>(alphabet, Math.Max(0, minLength - required.Count)));
        var password = required.ToArray();
        RandomNumberGenerator.Shuffle<char>(password);
        return new(password);
    }
}
