//! What users may do: in a conversation, by their role in it, and in their team.

use crate::word::words;

words! {
    /// What a role allows a member of a conversation to do.
    ///
    /// The role `wire_admin` allows all of it, `wire_member` only to leave, any other role nothing.
    ///
    /// Source: `galley-types.md` §2, `galley.md` §6.
    pub enum Permission: "a permission in a conversation" {
        /// To add members.
        AddConversationMember = "add_conversation_member",
        /// To remove other members.
        RemoveConversationMember = "remove_conversation_member",
        /// To rename the conversation.
        ModifyConversationName = "modify_conversation_name",
        /// To change after which time messages are deleted.
        ModifyConversationMessageTimer = "modify_conversation_message_timer",
        /// To change whether read receipts are sent.
        ModifyConversationReceiptMode = "modify_conversation_receipt_mode",
        /// To change who can join, and how much of the history newcomers see.
        ModifyConversationAccess = "modify_conversation_access",
        /// To change the roles of other members.
        ModifyOtherConversationMember = "modify_other_conversation_member",
        /// To leave; to change the protocol; to reset the MLS group.
        LeaveConversation = "leave_conversation",
        /// To delete the conversation.
        DeleteConversation = "delete_conversation",
        /// To change who can add members to a channel. (Errors of the client API write it in the
        /// plural.)
        ModifyAddPermission = "modify_add_permission",
    }
}

words! {
    /// What a member of a team may do in the team.
    ///
    /// Source: `galley-types.md` §2.
    pub enum TeamPermission: "a permission in a team" {
        /// To create conversations of the team.
        CreateConversation = "CreateConversation",
        /// To delete conversations of the team.
        DeleteConversation = "DeleteConversation",
        /// To add members to the team.
        AddTeamMember = "AddTeamMember",
        /// To remove members from the team.
        RemoveTeamMember = "RemoveTeamMember",
        /// To add members to conversations of the team and to remove them.
        AddRemoveConvMember = "AddRemoveConvMember",
        /// To rename conversations of the team.
        ModifyConvName = "ModifyConvName",
        /// To see what is billed.
        GetBilling = "GetBilling",
        /// To change what is billed.
        SetBilling = "SetBilling",
        /// To change the name and the look of the team.
        SetTeamData = "SetTeamData",
        /// To see what other members may do.
        GetMemberPermissions = "GetMemberPermissions",
        /// To change what other members may do.
        SetMemberPermissions = "SetMemberPermissions",
        /// To see all conversations of the team.
        GetTeamConversations = "GetTeamConversations",
        /// To delete the team.
        DeleteTeam = "DeleteTeam",
    }
}
