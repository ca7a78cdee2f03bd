//! Whom an effect reaches: the clients of an audience, each once.

use super::{Audience, Chat, Client, ClientId, InRoom, Room, RoomId, UserId};

impl Chat {
    /// Calls `tell` for each client of an audience, each once. Effects are told after their decision's changes have been
    /// applied. [`Audience::Operator`] has no clients.
    pub fn for_each_recipient(&self, audience: &Audience, mut tell: impl FnMut(&Client)) {
        match audience {
            Audience::Client(seat) => self.seated(*seat).into_iter().for_each(tell),
            Audience::Echo(seat) => {
                let user = self.seated(*seat).map(|client| client.user);
                self.tell_users(user.into_iter(), None, &mut tell);
            }
            Audience::Clients(seats) | Audience::Monitoring(seats) => {
                seats.iter().filter_map(|&s| self.seated(s)).for_each(tell);
            }
            Audience::Room(room, but) => {
                let members = self.members_of(*room).iter().map(|member| member.user);
                self.tell_users(members, *but, &mut tell);
            }
            Audience::Ranked(room, rank, but) => {
                let members = self.members_of(*room).iter();
                let ranked = members.filter(|member| member.ranks.at_least(*rank));
                self.tell_users(ranked.map(|member| member.user), *but, &mut tell);
            }
            Audience::Flagged(flag) => {
                let users = self.users.iter().filter(|(_, user)| user.flags.has(*flag));
                self.tell_users(users.map(|(id, _)| UserId(id)), None, &mut tell);
            }
            Audience::Rooms(rooms, but) => match rooms.as_slice() {
                [] => {}
                [room] => {
                    let members = self.members_of(*room).iter().map(|member| member.user);
                    self.tell_users(members, *but, &mut tell);
                }
                rooms => {
                    let mut users: Vec<UserId> = rooms
                        .iter()
                        .flat_map(|&room| self.members_of(room))
                        .map(|member| member.user)
                        .collect();
                    users.sort_unstable();
                    users.dedup();
                    self.tell_users(users.into_iter(), *but, &mut tell);
                }
            },
            Audience::Operator => {}
        }
    }

    fn members_of(&self, room: RoomId) -> &[InRoom] {
        self.room(room).map_or(&[], Room::members)
    }

    fn tell_users(
        &self,
        users: impl Iterator<Item = UserId>,
        but: Option<ClientId>,
        tell: &mut impl FnMut(&Client),
    ) {
        let but = but.and_then(|id| self.client(id)).map(|c| c.user);
        for id in users {
            if Some(id) == but {
                continue;
            }
            let Some(user) = self.user(id) else { continue };
            for &seat in &user.clients {
                if let Some(client) = self.seated(seat) {
                    tell(client);
                }
            }
        }
    }
}
