using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using GuacAspire.Gateway.Data;
using GuacAspire.Gateway.Sessions;
using GuacAspire.Gateway.Tunnels;

namespace GuacAspire.Gateway.Sharing;

/// <summary>A running connection that its user lets others join, restricted by a sharing profile.</summary>
internal sealed class Share(string key, Tunnel tunnel, SharingProfileRow profile)
{
    private volatile bool _isOver;

    public string Key => key;

    public Tunnel Tunnel => tunnel;

    public SharingProfileRow Profile => profile;

    /// <summary>Whether nobody joins by it any more, and who is about to is too late.</summary>
    public bool IsOver => _isOver;

    public void End() => _isOver = true;
}

/// <summary>The keys by which shares can be joined; each is valid as long as the tunnel that is shared.</summary>
internal sealed class ShareKeys
{
    // By the keys' digests.
    private readonly ConcurrentDictionary<string, Share> _shares = new();

    public Share Create(Tunnel tunnel, SharingProfileRow profile)
    {
        var share = new Share(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(33)), tunnel, profile);
        _shares[SecretKey.Of(share.Key)] = share;
        if (!tunnel.Closing.IsCompleted)
            return share;
        Revoke(tunnel);
        return share;
    }

    public Share? Find(string? key) => key is null ? null : _shares.GetValueOrDefault(SecretKey.Of(key));

    public void Revoke(Tunnel tunnel)
    {
        foreach (var share in _shares.Values.Where(share => share.Tunnel == tunnel))
            Revoke(share);
    }

    public void Revoke(Share share)
    {
        share.End();
        _shares.TryRemove(SecretKey.Of(share.Key), out _);
    }
}
